#include "capture/signal/keys.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "capture/ciphers/ciphers.h"
#include "capture/jsonl/lines.h"
#include "capture/signal/wire_walk.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal {
namespace {

constexpr std::size_t kPoolCharacters = 64;
constexpr std::size_t kKeysMax = 64;  ///< of each kind

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

void wipe_text(std::string& text) {
  text.resize(text.capacity());  // what was erased from it lies behind its end
  wipe(MutableBytes(reinterpret_cast<std::byte*>(text.data()), text.size()));
}

/// Without white space, in lower case.
std::string squeezed(std::string_view text) {
  std::string out;
  out.reserve(text.size());  // no copies are left behind
  for (const char c : text) {
    if (!is_space(c)) out += lower(c);
  }
  return out;
}

/// The phone shows "#" for "o" and "=" for "0". Empty if it is no pool.
std::string pool_of(std::string_view squeezed_text) {
  std::string out(squeezed_text);
  std::ranges::replace(out, '#', 'o');
  std::ranges::replace(out, '=', '0');
  std::erase(out, '-');
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (out.size() == kPoolCharacters && std::ranges::all_of(out, fits)) return out;
  wipe_text(out);
  return {};
}

/// Empty if they are not the digits of `size` bytes.
SecretBytes from_hex(std::string text, std::size_t size) {
  std::erase(text, '-');
  auto bytes = codec::from_hex(text);
  wipe_text(text);
  if (!bytes) return {};
  SecretBytes out = bytes->size() == size ? SecretBytes::copy_of(*bytes) : SecretBytes{};
  wipe(*bytes);
  return out;
}

class Ring {
 public:
  /// Wipes `value`.
  void take(std::string_view name, std::string value) {
    if (name.empty() || name == "aep") take_pool(value);
    const SecretBytes long_key = from_hex(value, 32);
    if (name.empty() || name == "backup-key") add(ring.backup_keys, long_key.reveal());
    if (name.empty() || name == "token") add(ring.tokens, long_key.reveal());
    const SecretBytes short_id = from_hex(value, 16);
    if (name.empty() || name == "aci") add(ring.acis, short_id.reveal());
    if (name.empty() || name == "backup-id") add(ring.backup_ids, short_id.reveal());
    wipe_text(value);
  }
  void take_binary(BytesView bytes) {
    if (bytes.size() == 32) add(ring.backup_keys, bytes);
  }
  KeyRing ring;

 private:
  void take_pool(const std::string& value) {
    std::string pool = pool_of(value);
    if (!pool.empty() && ring.backup_keys.size() < kKeysMax) ring.backup_keys.push_back(backup_key_of(pool));
    wipe_text(pool);
  }
  static void add(std::vector<SecretBytes>& to, BytesView key) {
    if (!key.empty() && to.size() < kKeysMax) to.push_back(SecretBytes::copy_of(key));
  }
  static void add(std::vector<ByteArray<16>>& to, BytesView id) {
    if (!id.empty() && to.size() < kKeysMax) to.push_back(array_of<16>(id));
  }
};

}  // namespace

KeyRing read_key_ring(const std::vector<GivenKey>& key_files) {
  Ring out;
  for (const GivenKey& file : key_files) {
    const std::string_view text = text_of(file.reveal());
    const std::size_t lines_before = out.ring.backup_keys.size();
    Lines lines(text);
    while (const auto line = lines.next()) {
      const std::size_t colon = line->text.find(':');
      const bool named = colon != std::string_view::npos;
      std::string name = named ? squeezed(line->text.substr(0, colon)) : std::string{};
      out.take(name, squeezed(named ? line->text.substr(colon + 1) : line->text));
      wipe_text(name);  // another source's passphrase may have a colon
    }
    // As the phone shows it: sixteen groups of four, over several lines.
    if (out.ring.backup_keys.size() == lines_before && text.size() < 4096) out.take("aep", squeezed(text));
    out.take_binary(file.reveal());
  }
  return std::move(out.ring);
}

SecretBytes backup_key_of(std::string_view account_entropy_pool) {
  return crypto::Hkdf(bytes_of(account_entropy_pool)).bytes(bytes_of("20240801_SIGNAL_BACKUP_KEY"), 32);
}

ByteArray<16> backup_id_of(const SecretBytes& backup_key, const ByteArray<16>& aci) {
  Bytes info = copy_of(bytes_of("20241024_SIGNAL_BACKUP_ID:"));
  append(info, aci);
  return array_of<16>(crypto::Hkdf(backup_key.reveal()).bytes(info, 16).reveal());
}

MessageKeys message_keys(const SecretBytes& backup_key, const ByteArray<16>& backup_id,
                         const SecretBytes* token) {
  Bytes info = copy_of(bytes_of(token == nullptr ? "20241007_SIGNAL_BACKUP_ENCRYPT_MESSAGE_BACKUP:"
                                                 : "20250708_SIGNAL_BACKUP_ENCRYPT_MESSAGE_BACKUP:"));
  append(info, backup_id);
  const Secret<32> extracted =
      crypto::hkdf_extract(token == nullptr ? BytesView() : token->reveal(), backup_key.reveal());
  SecretBytes both(64);
  crypto::hkdf_expand(extracted.reveal(), info, both.reveal_mutable());
  return {SecretBytes::copy_of(both.reveal().first(32)), SecretBytes::copy_of(both.reveal().last(32))};
}

std::optional<ByteArray<16>> backup_id_in(BytesView metadata, const SecretBytes& backup_key) {
  BytesView iv, sealed;
  WireWalk fields(metadata);
  while (const auto field = fields.next(8)) {
    if (field->number != 2 || !field->delimited) continue;
    WireWalk inner(field->payload);
    while (const auto part = inner.next(8)) {
      if (part->number == 1) iv = part->payload;
      if (part->number == 2) sealed = part->payload;
    }
  }
  if (iv.size() != 12 || sealed.size() != 16) return std::nullopt;
  const SecretBytes key =
      crypto::Hkdf(backup_key.reveal()).bytes(bytes_of("20241011_SIGNAL_LOCAL_BACKUP_METADATA_KEY"), 32);
  Bytes counter = copy_of(iv);
  counter.resize(16);
  const auto id = ciphers::decrypt(ciphers::Mode::aes_256_ctr, key.reveal(), counter, sealed);
  if (!id) return std::nullopt;
  return array_of<16>(*id);
}

}  // namespace strongroom::capture::signal
