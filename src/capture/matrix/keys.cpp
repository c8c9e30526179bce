#include "capture/matrix/keys.h"

#include <algorithm>

#include "capture/ciphers/ciphers.h"
#include "capture/jsonl/lines.h"
#include "capture/matrix/encoding.h"

namespace strongroom::capture::matrix {
namespace {

constexpr std::string_view kBegin = "-----BEGIN MEGOLM SESSION DATA-----";
constexpr std::string_view kEnd = "-----END MEGOLM SESSION DATA-----";
constexpr std::size_t kHeaderBytes = 1 + 16 + 16 + 4;
constexpr std::size_t kMacBytes = 32;
constexpr std::size_t kPassphrasesMax = 16;
constexpr std::size_t kExportBytesMax = 64u << 20;

/// The session that an export's entry holds the key of, which is wiped where it stood.
Result<MegolmSession> take_session(json::Object& entry) {
  json::Any* any = entry.if_contains("session_key");
  boost::json::string* text = any == nullptr ? nullptr : any->if_string();
  if (text == nullptr) return fail(ErrorCode::malformed, "no key");
  auto key = from_unpadded({text->data(), text->size()});
  wipe(std::as_writable_bytes(std::span(text->data(), text->size())));
  if (!key) return std::unexpected(key.error());
  auto session = MegolmSession::from_export(*key);
  wipe(*key);
  return session;
}

}  // namespace

Result<Bytes> open_export(std::string_view armoured, std::string_view passphrase) {
  const std::size_t begin = armoured.find(kBegin);
  const std::size_t end = armoured.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin ||
      armoured.size() > kExportBytesMax)
    return fail(ErrorCode::malformed, "the key export has no beginning or no end");
  const Bytes bytes = TRY(from_unpadded(armoured.substr(begin + kBegin.size(), end - begin - kBegin.size())));
  if (bytes.size() < kHeaderBytes + kMacBytes || bytes[0] != std::byte{1})
    return fail(ErrorCode::malformed, "the key export is too short or of an unknown version");
  const BytesView all(bytes);
  const auto rounds = read_be<std::uint32_t>(all.subspan(33, 4));
  const SecretBytes keys =
      TRY(ciphers::pbkdf2(ciphers::Pbkdf2Hash::sha512, bytes_of(passphrase), all.subspan(1, 16), rounds, 64));
  const BytesView covered = all.first(all.size() - kMacBytes);
  const Bytes mac =
      ciphers::HmacReader(ciphers::HmacReader::Hash::sha256, keys.reveal().last(32)).add(covered).finish();
  if (!equal(mac, all.last(kMacBytes)))
    return fail(ErrorCode::unauthenticated, "the passphrase does not open this key export");
  return ciphers::decrypt(ciphers::Mode::aes_256_ctr, keys.reveal().first(32), all.subspan(17, 16),
                          covered.subspan(kHeaderBytes));
}

Keyring::Keyring(const Statement& statement) {
  std::vector<std::string_view> exports;
  for (const GivenKey& key : statement.keys) {
    const std::string_view text = text_of(key.reveal());
    if (text.find(kBegin) != std::string_view::npos) {
      exports.push_back(text);
      continue;
    }
    if (text.starts_with('[') && add_sessions(key.reveal()) > 0) continue;
    Lines lines(text);
    for (auto line = lines.next(); line && passphrases_.size() < kPassphrasesMax; line = lines.next()) {
      if (!line->text.empty()) passphrases_.push_back(SecretBytes::copy_of(bytes_of(line->text)));
    }
  }
  for (const std::string_view one : exports) (void)add_export(one);
}

Result<std::size_t> Keyring::add_export(std::string_view armoured) {
  if (passphrases_.empty()) return fail(ErrorCode::not_found, "no passphrase was given");
  Error last{ErrorCode::unauthenticated, "none of the passphrases opens this key export", {}, {}};
  for (const SecretBytes& passphrase : passphrases_) {
    auto opened = open_export(armoured, text_of(passphrase.reveal()));
    if (opened) {
      const std::size_t added = add_sessions(*opened);
      wipe(*opened);
      return added;
    }
    if (opened.error().code != ErrorCode::unauthenticated) last = opened.error();
  }
  return std::unexpected(last);
}

std::size_t Keyring::add_sessions(BytesView text) {
  auto parsed = json::parse(text_of(text));
  json::Array* list = parsed ? parsed->if_array() : nullptr;
  std::size_t added = 0;
  if (list == nullptr) return 0;
  for (json::Any& any : *list) {
    json::Object* one = any.if_object();
    if (one == nullptr || json::text(*one, "algorithm") != "m.megolm.v1.aes-sha2") continue;
    auto session = take_session(*one);
    // A session is named by its public key; another name would be another's.
    const std::string id = json::text(*one, "session_id");
    if (!session || to_unpadded(session->public_key()) != id) continue;
    const auto known = sessions_.find(id);
    if (known != sessions_.end() && known->second.session.first_index() <= session->first_index()) continue;
    sessions_.insert_or_assign(id, Known{json::text(*one, "room_id"), std::move(*session)});
    ++added;
  }
  return added;
}

Result<Keyring::Clear> Keyring::open(const json::Object& content, const std::string& room_id,
                                     const std::string& event_id) {
  if (json::text(content, "algorithm") != "m.megolm.v1.aes-sha2")
    return fail(ErrorCode::unsupported, "it is encrypted with an algorithm that is not read");
  const std::string id = json::text(content, "session_id");
  const auto known = sessions_.find(id);
  if (known == sessions_.end()) return fail(ErrorCode::not_found, "no key of its session was given");
  if (!room_id.empty() && known->second.room_id != room_id)
    return fail(ErrorCode::refused, "the key of its session belongs to another room");
  const Bytes message = TRY(from_unpadded(json::text(content, "ciphertext")));
  const MegolmSession::Opened opened = TRY(known->second.session.open(message));
  const auto [seen, is_new] = seen_.try_emplace({id, opened.index}, event_id);
  if (!is_new && seen->second != event_id)
    return fail(ErrorCode::refused,
                "its place in the session was taken by another event: it may be a replay");
  const auto parsed = json::parse(text_of(opened.plaintext));
  const json::Object* clear = parsed ? parsed->if_object() : nullptr;
  const json::Object* inner = clear == nullptr ? nullptr : json::object(*clear, "content");
  if (inner == nullptr) return fail(ErrorCode::malformed, "what was decrypted is no event");
  if (json::text(*clear, "room_id") != known->second.room_id)
    return fail(ErrorCode::refused, "what was decrypted belongs to another room");
  return Clear{json::text(*clear, "type"), *inner, id, opened.index};
}

}  // namespace strongroom::capture::matrix
