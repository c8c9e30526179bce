/// tlog-proof (C2SP): one text that proves offline that an entry is in a ledger which the witnesses have seen.
///
///     c2sp.org/tlog-proof@v1
///     extra <base64>              optional, not authenticated
///     index <decimal>
///     <base64 hash>               zero or more
///
///     <checkpoint with its signature lines, verbatim>
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/policy.h"
#include "ledger/tree.h"

namespace strongroom::ledger {

inline constexpr std::size_t kTlogProofBytesMax = kNoteBytesMax + 128 * 1024;

struct TlogProof {
  std::optional<Bytes> extra;  ///< never to be trusted
  LeafIndex index;
  Proof hashes;
  std::string checkpoint;  ///< byte for byte
  bool operator==(const TlogProof&) const = default;
};

/// Form only. The checkpoint inside is not parsed here.
Result<TlogProof> parse_tlog_proof(std::string_view text);
std::string format_tlog_proof(const TlogProof& proof);

/// What a proof that holds says.
struct ProvenEntry {
  LeafIndex index;
  AcceptedCheckpoint accepted;
};

/// The entry (its raw bytes; the leaf hash is computed here) is at the proof's index of a tree that the policy
/// accepts. `unauthenticated` names the step that failed.
Result<ProvenEntry> verify_tlog_proof(const TlogProof& proof, BytesView entry, const Policy& policy);
Result<ProvenEntry> verify_tlog_proof(const TlogProof& proof, BytesView entry, const Policy& policy,
                                      const LogIdentity& log);

}  // namespace strongroom::ledger
