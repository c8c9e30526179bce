/// Every check a trustee's program makes before it touches a share (protocol §5.3). A pure function of what it is
/// given; the order of the steps is that of docs/formats/grant.md.
#pragma once

#include <optional>
#include <vector>

#include "chain/device_chain.h"
#include "roster/register_objects.h"
#include "roster/replay.h"

namespace strongroom::grant {

/// One folder of the request's list, as the verified chains show it.
struct ListedFolder {
  envelope::DeviceId device{};
  Hash256 header_hash{};
  std::uint64_t leaf = 0;  ///< of its open entry; inclusion under the accepted head is checked already
  envelope::Core0 core0;
  std::optional<Hash256> canary;  ///< chain::canary_of
};

/// What the trustee's program has in hand. References are borrowed.
struct GrantQuestion {
  const roster::RegisterState& state;  ///< replayed up to `register_head`
  envelope::TreeHead register_head;  ///< accepted: ledger key and witness quorum
  std::uint64_t witness_time_s = 0;  ///< of that checkpoint
  ByteArray<32> nonce{};  ///< that this trustee signed in this session
  roster::MemberId trustee = 0;
  Hash256 commitment{};
  const roster::RequestCopy& copy;  ///< the trustee's own, opened
  const std::vector<ListedFolder>& folders;
  /// Root of the capture ledger at the size that the last cross leaf before the request names, computed from tiles
  /// of the accepted head; nothing if it could not be.
  std::optional<Hash256> capture_root_at_cross;
  /// When the witnesses had seen the request (grant/witness_time.h); asked for only where requests must wait.
  std::optional<std::uint64_t> request_seen_s;
};

struct CheckedRequest {
  roster::ReadingRequest request;
  std::uint64_t leaf = 0;  ///< of the request in the register
  std::vector<roster::MemberId> approvers;
  std::uint64_t cross_leaf = 0;
};

/// The last cross leaf before a leaf of the register; null if there is none.
const roster::SeenCross* cross_before(const roster::RegisterState& state, std::uint64_t leaf);

/// `refused`, `unauthenticated` or `not_found` with the step that did not hold.
Result<CheckedRequest> check_request(const GrantQuestion& question);

/// Steps 1 to 3 alone, for approvers: the entry, the copy and all other copies (§5.1).
Result<roster::ReadingRequest> check_copies(const roster::RegisterState& state, const Hash256& commitment,
                                            const roster::RequestCopy& copy);

}  // namespace strongroom::grant
