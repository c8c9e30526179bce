#include "ledger/note.h"

#include <algorithm>

#include "base/utf8.h"
#include "codec/text.h"
#include "crypto/hash.h"

#include <fmt/format.h>

namespace strongroom::ledger {
namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kEd25519KeyBytes = 32;
constexpr std::size_t kMlDsa44KeyBytes = 1312;

std::unexpected<Error> bad_note(std::string what, std::string where = "note") {
  return fail(ErrorCode::malformed, std::move(what), std::move(where));
}
std::unexpected<Error> bad_vkey(std::string what) {
  return fail(ErrorCode::malformed, std::move(what), "vkey");
}

/// White_Space of Unicode (§1.3); the control characters among them are refused elsewhere too.
bool is_unicode_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// UTF-8 without control characters other than the line feed (§1.3).
Result<void> check_note_characters(std::string_view bytes) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  if (std::ranges::any_of(bytes, is_control)) return bad_note("the note has a control character");
  if (!utf8::is_valid(bytes)) return bad_note("the note is not UTF-8");
  return {};
}

/// "— name base64", without its line feed.
Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix))
    return bad_note("a signature line does not begin with a dash and a space");
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return bad_note("a signature line has no signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  TRY_IN("signature line", check_key_name(signature.name));
  const Bytes value = TRY_IN("signature line", codec::from_base64(line.substr(space + 1)));
  if (value.size() < 5) return bad_note("a signature is too short to have a key id");
  signature.key_id = read_be<std::uint32_t>(value);
  signature.signature.assign(value.begin() + 4, value.end());
  return signature;
}

/// §1.7: the first four bytes of H(name ‖ LF ‖ type ‖ key), or of H(SPKI) for ECDSA.
std::uint32_t key_id_of(std::string_view name, KeyType type, BytesView public_key) {
  const std::byte type_byte{static_cast<std::uint8_t>(type)};
  const Hash256 digest =
      type == KeyType::ecdsa
          ? crypto::sha256(public_key)
          : crypto::sha256({bytes_of(name), bytes_of("\n"), BytesView(&type_byte, 1), public_key});
  return read_be<std::uint32_t>(digest);
}

Result<void> check_key_length(KeyType type, std::size_t length) {
  const std::size_t expected = type == KeyType::ml_dsa_44 ? kMlDsa44KeyBytes : kEd25519KeyBytes;
  if (type == KeyType::ecdsa) {
    constexpr std::size_t kSpkiBytesMax = 1024;
    if (length == 0 || length > kSpkiBytesMax) return bad_vkey("the public key has an impossible length");
  } else if (length != expected) {
    return bad_vkey(fmt::format("the public key has {} bytes, not {}", length, expected));
  }
  return {};
}

Result<KeyType> key_type_of(std::byte value) {
  switch (static_cast<KeyType>(value)) {
    case KeyType::ed25519:
    case KeyType::ecdsa:
    case KeyType::cosignature_v1:
    case KeyType::ml_dsa_44: return static_cast<KeyType>(value);
  }
  return fail(ErrorCode::unsupported,
              fmt::format("keys of type {:#04x} are not known here", std::to_integer<int>(value)), "vkey");
}

}  // namespace

Result<void> check_key_name(std::string_view name) {
  if (name.empty()) return bad_note("a key name is empty", "key name");
  if (name.size() > kKeyNameBytesMax) return fail(ErrorCode::limit_exceeded, "a key name is above 255 bytes");
  for (std::size_t at = 0; at < name.size();) {
    const auto c = utf8::next(name, at);
    if (!c) return bad_note("a key name is not UTF-8", "key name");
    if (*c < 0x20) return bad_note("a key name has a control character", "key name");
    if (*c == '+') return bad_note("a key name has a plus sign", "key name");
    if (is_unicode_space(*c)) return bad_note("a key name has a space", "key name");
  }
  return {};
}

Result<VerifierKey> make_vkey(std::string_view name, KeyType type, BytesView public_key) {
  TRY_IN("vkey", check_key_name(name));
  TRY(check_key_length(type, public_key.size()));
  return VerifierKey{std::string(name), key_id_of(name, type, public_key), type, copy_of(public_key)};
}

// §1.8: split at the first two '+' only, since base64 may contain more.
Result<VerifierKey> parse_vkey(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return bad_vkey("a vkey is name+id+key");
  const auto id = TRY_IN("vkey id", codec::array_from_hex<4>(text.substr(first + 1, second - first - 1)));
  const Bytes key = TRY_IN("vkey", codec::from_base64(text.substr(second + 1)));
  if (key.empty()) return bad_vkey("the vkey has no key");
  const KeyType type = TRY(key_type_of(key.front()));
  VerifierKey vkey = TRY(make_vkey(text.substr(0, first), type, BytesView(key).subspan(1)));
  if (vkey.id != read_be<std::uint32_t>(id)) {
    return fail(ErrorCode::malformed, "the id in the vkey is not the id of its key", "vkey",
                "copy the whole key again from its owner; a name or letter has changed");
  }
  return vkey;
}

std::string format_vkey(const VerifierKey& key) {
  Bytes typed{std::byte{static_cast<std::uint8_t>(key.type)}};
  append(typed, key.public_key);
  return fmt::format("{}+{:08x}+{}", key.name, key.id, codec::base64(typed));
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
  if (lines.empty()) return bad_note("there is no signature line");
  if (lines.back() != '\n') return bad_note("the last signature line does not end in a line feed");
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() == kNoteSignaturesMax) {
      return fail(ErrorCode::limit_exceeded, "the note has more than 64 signature lines", "note");
    }
    const std::size_t end = lines.find('\n');
    signatures.push_back(TRY(parse_signature_line(lines.substr(0, end))));
    lines.remove_prefix(end + 1);
  }
  return signatures;
}

Result<Note> parse_note_unverified(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax)
    return fail(ErrorCode::limit_exceeded, "the note is above 256 KiB", "note");
  TRY(check_note_characters(bytes));
  const std::size_t blank = bytes.rfind("\n\n");  // §1.2: the last empty line
  if (blank == bytes.npos) return bad_note("the note has no empty line before its signatures");
  Note note{std::string(bytes.substr(0, blank + 1)), TRY(parse_signature_lines(bytes.substr(blank + 2)))};
  return note;
}

std::string format_signature_line(const NoteSignature& signature) {
  Bytes value;
  append_u32(value, signature.key_id);
  append(value, signature.signature);
  return fmt::format("{}{} {}\n", kSignaturePrefix, signature.name, codec::base64(value));
}

std::string format_note(const Note& note) {
  std::string bytes = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) bytes += format_signature_line(signature);
  return bytes;
}

}  // namespace strongroom::ledger
