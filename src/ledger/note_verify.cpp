/// Verification of signature lines. Apart from note.cpp because ML-DSA-44 cosignatures cover a checkpoint's fields.
#include <algorithm>
#include <limits>
#include <optional>

#include "crypto/signature.h"
#include "ledger/checkpoint_form.h"
#include "ledger/note.h"

namespace strongroom::ledger {
namespace {

constexpr std::size_t kTimeBytes = 8;

std::unexpected<Error> does_not_verify(const VerifierKey& key, std::string what) {
  return fail(ErrorCode::unauthenticated, std::move(what), "signature of " + key.name);
}

/// u64 time ‖ signature (§3).
Result<std::uint64_t> time_of(const NoteSignature& line, std::size_t signature_bytes,
                              const VerifierKey& key) {
  if (line.signature.size() != kTimeBytes + signature_bytes) {
    return does_not_verify(key, "the cosignature has the wrong length");
  }
  const auto time = read_be<std::uint64_t>(BytesView(line.signature).first(kTimeBytes));
  if (time > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return does_not_verify(key, "the time of the cosignature is out of range");
  }
  return time;
}

/// §3.1.
Result<Signer> verify_cosignature(std::string_view text, const NoteSignature& line, const VerifierKey& key) {
  const std::uint64_t time = TRY(time_of(line, crypto::kEd25519SignatureBytes, key));
  const BytesView signature = BytesView(line.signature).subspan(kTimeBytes);
  TRY_IN("signature of " + key.name, parse_checkpoint_form(text));
  if (!crypto::verify_ed25519(array_of<32>(key.public_key), cosignature_message(time, text), signature)) {
    return does_not_verify(key, "the cosignature does not verify");
  }
  return Signer{key, time};
}

/// §3.2.
Result<Signer> verify_ml_dsa_cosignature(std::string_view text, const NoteSignature& line,
                                         const VerifierKey& key) {
  const std::uint64_t time = TRY(time_of(line, crypto::kMlDsa44SignatureBytes, key));
  const BytesView signature = BytesView(line.signature).subspan(kTimeBytes);
  const Checkpoint checkpoint = TRY_IN("signature of " + key.name, parse_checkpoint_form(text));
  const Bytes message = TRY(ml_dsa_cosignature_message(key.name, time, checkpoint));
  if (!crypto::verify_ml_dsa_44(key.public_key, message, signature)) {
    return does_not_verify(key, "the ML-DSA-44 cosignature does not verify");
  }
  return Signer{key, time};
}

}  // namespace

Result<Signer> verify_signature(std::string_view text, const NoteSignature& line, const VerifierKey& key) {
  bool holds = false;
  switch (key.type) {
    case KeyType::cosignature_v1: return verify_cosignature(text, line, key);
    case KeyType::ml_dsa_44: return verify_ml_dsa_cosignature(text, line, key);
    case KeyType::ed25519:
      holds = crypto::verify_ed25519(array_of<32>(key.public_key), bytes_of(text), line.signature);
      break;
    case KeyType::ecdsa:
      holds = crypto::verify_ecdsa_p256(key.public_key, bytes_of(text), line.signature);
      break;
  }
  if (!holds) return does_not_verify(key, "the signature does not verify");
  return Signer{key, 0};
}

Result<std::vector<Signer>> verify_note(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<Signer> signers;
  for (const VerifierKey& key : keys) {
    std::optional<Signer> seen;
    for (const NoteSignature& line : note.signatures) {
      if (line.name != key.name || line.key_id != key.id) continue;  // §1.4 (b): both, or it is ignored
      Signer signer = TRY(verify_signature(note.text, line, key));  // (c): a failing line refuses the note
      if (!seen || signer.time < seen->time) seen = std::move(signer);
    }
    const bool repeated = seen && std::ranges::any_of(signers, [&](const Signer& s) { return s.key == key; });
    if (seen && !repeated) signers.push_back(std::move(*seen));
  }
  if (signers.empty()) {  // (d)
    return fail(ErrorCode::unauthenticated, "no signature is by a key that is trusted here", "note",
                "check that the key given belongs to this log");
  }
  return signers;
}

}  // namespace strongroom::ledger
