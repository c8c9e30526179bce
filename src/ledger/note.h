/// Signed notes (C2SP signed-note): a text, an empty line, and signature lines "— name base64(key id ‖ signature)".
/// What is signed is the text with its last line feed. Signing is in sign.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::ledger {

inline constexpr std::size_t kNoteSignaturesMax = 64;
inline constexpr std::size_t kNoteBytesMax = 256 * 1024;
inline constexpr std::size_t kKeyNameBytesMax = 255;

/// The type byte of a key: what kind of signature it makes.
enum class KeyType : std::uint8_t {
  ed25519 = 0x01,  ///< over the text
  ecdsa = 0x02,  ///< over the text, SHA-256; only to read Rekor v1
  cosignature_v1 = 0x04,  ///< a witness's Ed25519 cosignature with a time
  ml_dsa_44 = 0x06,  ///< ML-DSA-44 cosignature with a time
};

/// A public key as the verifier was configured with it: "name+keyid+base64(type ‖ key)".
struct VerifierKey {
  std::string name;
  std::uint32_t id = 0;
  KeyType type = KeyType::ed25519;
  Bytes public_key;  ///< 32 bytes, 1312 for ML-DSA-44, DER SubjectPublicKeyInfo for ECDSA
  bool operator==(const VerifierKey&) const = default;
};

/// A key with its id computed. `malformed` for a bad name or length of key.
Result<VerifierKey> make_vkey(std::string_view name, KeyType type, BytesView public_key);
/// `malformed` also if the id in the text is not the id of the key; `unsupported` for other types.
Result<VerifierKey> parse_vkey(std::string_view text);
std::string format_vkey(const VerifierKey& key);
/// Not empty, UTF-8, no Unicode space, no control character, no '+', at most 255 bytes.
Result<void> check_key_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes signature;  ///< what follows the key id
  bool operator==(const NoteSignature&) const = default;
};
struct Note {
  std::string text;  ///< ends in a line feed
  std::vector<NoteSignature> signatures;
  bool operator==(const Note&) const = default;
};

/// Form only; nothing in the result is to be believed yet. One malformed line makes the note malformed.
Result<Note> parse_note_unverified(std::string_view bytes);
/// The note as bytes; parse_note_unverified gives it back.
std::string format_note(const Note& note);
/// One "— name base64" line with its line feed.
std::string format_signature_line(const NoteSignature& signature);
/// Lines as a witness answers them: one or more, nothing else.
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines);

/// A key of the verifier that has signed.
struct Signer {
  VerifierKey key;
  std::uint64_t time = 0;  ///< seconds since the Epoch; 0 for types without a time
  bool operator==(const Signer&) const = default;
};

/// Verifies one signature line, known to match `key` by name and id. The time is in the result.
/// Types 0x04 and 0x06 cover a checkpoint: the text must be one; 0x06 does not cover extension lines.
Result<Signer> verify_signature(std::string_view text, const NoteSignature& signature,
                                const VerifierKey& key);

/// Which of `keys` have signed, each once, in the order of `keys`; lines that match no key by name *and* id are
/// ignored. `unauthenticated` if any matching line fails, or if none matches. Of a key's several lines the earliest
/// time counts. Before this, the text is not used.
Result<std::vector<Signer>> verify_note(const Note& note, std::span<const VerifierKey> keys);

}  // namespace strongroom::ledger
