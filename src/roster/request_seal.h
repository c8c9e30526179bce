/// Sealing the copies of a request, and checking that every recipient was sent the same (protocol §5.1).
/// Library roster_sign. Randomness comes from the request's salt, so whoever holds one copy can make all others.
#pragma once

#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "platform/entropy.h"
#include "roster/request.h"

namespace strongroom::roster {

/// HPKE to the member's mail key: purpose request, context = the commitment, randomness
/// HKDF(salt, ["request-copy", 1, commitment, member id], 64). Deterministic.
Result<Bytes> seal_request_copy(const RequestCopy& copy, const Hash256& commitment, const Member& recipient);

/// A request ready to be entered: the register's object, and a sealed copy for each recipient.
struct PreparedRequest {
  RequestCopy copy;
  RequestEntry entry;
  Bytes entry_object;  ///< signed, for the register
  std::vector<std::pair<MemberId, Bytes>> sealed;  ///< ascending by recipient
};
/// Fills in the request's archive, roster, count and root of `folders` (sorted here), signs, salts and seals.
/// `limit_exceeded` above 4,096 folders.
Result<PreparedRequest> prepare_request(ReadingRequest request, std::vector<Hash256> folders,
                                        const SignedRoster& roster, const crypto::SigningKey& reader,
                                        const ByteArray<32>& salt);

/// Makes every recipient's copy again and compares it with the register's hash. `unauthenticated` names the member
/// who was sent something else, or the recipient that is missing or has no business there.
Result<void> check_request_copies(const RequestCopy& copy, const RequestEntry& entry,
                                  const SignedRoster& roster);

/// The directory, one copy for each reader, officer and trustee (protocol §2.6); context = the archive id.
Result<SealedDirectory> seal_directory(const std::vector<DirectoryEntry>& entries, const SignedRoster& roster,
                                       MemberId officer, std::uint64_t issued_s, platform::Entropy& entropy);

}  // namespace strongroom::roster
