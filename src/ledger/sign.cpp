#include "ledger/sign.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace strongroom::ledger {

Result<NoteSigner> NoteSigner::create(std::string_view name, KeyType type, crypto::SigningKey key) {
  if (type != KeyType::ed25519 && type != KeyType::cosignature_v1) {
    return fail(ErrorCode::unsupported, "notes are signed here with Ed25519 only", "note key");
  }
  if (!std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; })) {
    return fail(ErrorCode::malformed, "the name of a note key must be printable ASCII without spaces",
                "note key");
  }
  VerifierKey vkey = TRY(make_vkey(name, type, key.public_half().ed25519));
  return NoteSigner(std::move(vkey), std::move(key));
}

NoteSignature NoteSigner::sign_text(std::string_view text) const {
  CHECK(vkey_.type == KeyType::ed25519 && text.ends_with('\n'));
  const ByteArray<64> signature = key_.sign_ed25519(bytes_of(text));
  return {vkey_.name, vkey_.id, copy_of(signature)};
}

// §3.1.
NoteSignature NoteSigner::cosign(std::string_view checkpoint_text, std::uint64_t time) const {
  CHECK(vkey_.type == KeyType::cosignature_v1 && time != 0);
  CHECK(time <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  NoteSignature line{vkey_.name, vkey_.id, {}};
  append_u64(line.signature, time);
  append(line.signature, key_.sign_ed25519(cosignature_message(time, checkpoint_text)));
  return line;
}

Result<Note> sign_note(std::string_view text, const NoteSigner& signer) {
  if (!text.ends_with('\n'))
    return fail(ErrorCode::malformed, "the text does not end in a line feed", "note");
  Note note{std::string(text), {signer.sign_text(text)}};
  if (TRY(parse_note_unverified(format_note(note))) != note) {
    return fail(ErrorCode::malformed, "the text cannot be the text of a note", "note");
  }
  return note;
}

Result<CosignedCheckpoint> sign_checkpoint(TreeSize size, const Hash256& root, const NoteSigner& signer) {
  const std::string text = format_checkpoint_text({signer.vkey().name, size, root, {}});
  const Note note = TRY(sign_note(text, signer));
  return parse_cosigned_checkpoint_unverified(format_note(note));
}

}  // namespace strongroom::ledger
