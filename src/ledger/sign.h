/// Making the signatures of notes, checkpoints and cosignatures. In a target of its own (ledger_sign): programs that
/// only verify link `ledger` without it and hold no private-key code.
#pragma once

#include <string>
#include <string_view>

#include "crypto/signature.h"
#include "ledger/checkpoint.h"

namespace strongroom::ledger {

/// A named key of a log (type 0x01) or of a witness (type 0x04). Names made by us are printable ASCII.
/// One key serves one name and one type. Threads may share it.
class NoteSigner {
 public:
  /// `malformed` for a name that cannot be in a note, `unsupported` for types other than 0x01 and 0x04.
  static Result<NoteSigner> create(std::string_view name, KeyType type, crypto::SigningKey key);

  const VerifierKey& vkey() const { return vkey_; }
  /// Type 0x01: signs `text`, which ends in a line feed. CHECKs the type.
  NoteSignature sign_text(std::string_view text) const;
  /// Type 0x04: cosigns a checkpoint text at `time` (seconds since the Epoch, not 0). CHECKs the type.
  NoteSignature cosign(std::string_view checkpoint_text, std::uint64_t time) const;

 private:
  NoteSigner(VerifierKey vkey, crypto::SigningKey key) : vkey_(std::move(vkey)), key_(std::move(key)) {}
  VerifierKey vkey_;
  crypto::SigningKey key_;
};

/// A note with one signature. `malformed` if the text could not be parsed back.
Result<Note> sign_note(std::string_view text, const NoteSigner& signer);
/// A checkpoint of ours with the log's signature: no extension lines, origin = the signer's name.
Result<CosignedCheckpoint> sign_checkpoint(TreeSize size, const Hash256& root, const NoteSigner& signer);

}  // namespace strongroom::ledger
