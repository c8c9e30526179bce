/// Checkpoints (C2SP tlog-checkpoint): the signed note by which a ledger commits to a tree, and the cosignatures
/// of witnesses on it (C2SP tlog-cosignature). Signing is in sign.h.
///
///     <origin>
///     <tree size, decimal>
///     <base64 of the root>
///     [extension lines: read, never written]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/note.h"
#include "ledger/tree.h"

namespace strongroom::ledger {

struct Checkpoint {
  std::string origin;
  TreeSize size;
  Hash256 root{};
  std::vector<std::string> extensions;  ///< other ledgers' lines, in order
  bool operator==(const Checkpoint&) const = default;
};

/// Strict: parse, then format, gives the same text or it is refused. A tree of size 0 has the empty root.
Result<Checkpoint> parse_checkpoint_text(std::string_view text);
std::string format_checkpoint_text(const Checkpoint& checkpoint);

/// A checkpoint with its signature lines, as it travels and is stored.
struct CosignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
  bool operator==(const CosignedCheckpoint&) const = default;
};

/// Form only; not to be believed before open_checkpoint() or accept() of policy.h.
Result<CosignedCheckpoint> parse_cosigned_checkpoint_unverified(std::string_view bytes);
std::string format_cosigned_checkpoint(const CosignedCheckpoint& checkpoint);

/// A ledger as its verifiers know it. Origin and key name are compared separately: they may differ.
struct LogIdentity {
  std::string origin;
  std::vector<VerifierKey> keys;  ///< types 0x01, 0x02, 0x06
};
/// The identity that a vkey alone stands for: its name is the origin.
LogIdentity identity_of(const VerifierKey& key);

/// A checkpoint whose origin is the log's and which a key of the log has signed. `unauthenticated` otherwise.
/// Witnesses are not looked at: see policy.h.
Result<CosignedCheckpoint> open_checkpoint(std::string_view bytes, const LogIdentity& log);

/// Puts cosignature lines of witnesses under a checkpoint, leaving out lines that are already there.
CosignedCheckpoint with_cosignatures(const CosignedCheckpoint& checkpoint,
                                     const std::vector<NoteSignature>& lines);

/// What an Ed25519 cosignature signs: "cosignature/v1", "time <seconds>" and the whole checkpoint text.
Bytes cosignature_message(std::uint64_t time, std::string_view checkpoint_text);
/// What an ML-DSA-44 cosignature signs (start 0, end = size). `malformed` if a name is empty or above 255 bytes.
Result<Bytes> ml_dsa_cosignature_message(std::string_view cosigner, std::uint64_t time,
                                         const Checkpoint& checkpoint);

}  // namespace strongroom::ledger
