/// Collecting a granted request (protocol §5.5): receipts, grants, chains and sealed bodies come from the server, are
/// checked, and are kept as the ciphertext they are.
#pragma once

#include <vector>

#include "grant/case_store.h"
#include "grant/session.h"
#include "roster/register_objects.h"

namespace strongroom::grant {

/// How far a request has come, from the register alone.
struct Progress {
  std::uint64_t leaf = 0;
  std::vector<roster::MemberId> approvers, granted;  ///< in the order of the register
  std::uint32_t wanted = 0;  ///< k of the governing quorum
  std::vector<std::uint64_t> receipts_of_nothing;  ///< members whose receipt grants no share
  std::optional<std::uint64_t> closed;  ///< register leaf
  std::optional<roster::MemberId> stopped_by;
};
Result<Progress> progress_of(const roster::RegisterState& state, const Hash256& commitment);

struct Fetched {
  CaseIndex index;
  std::uint64_t objects = 0, bytes = 0;  ///< newly fetched
};

/// 1. every receipt's grant is fetched; its signature, number of shares and root are the receipt's, and the capture
///    head it acted on is a prefix of ours (a grant that fails is named and left out);
/// 2. the chains of the devices in scope, inclusion checked; entries from the first listed folder's opening to the
///    last one's close are kept;
/// 3. share sets and batch bodies of listed folders only; a missing one is named as LOSS.
Result<Fetched> fetch_case(Session session, CaseStore& store, const roster::ReadingRequest& request,
                           const Hash256& commitment, const std::vector<Hash256>& folders);

/// A grant is the trustee's, and is what its receipt says (§5.4).
Result<roster::Grant> open_grant(BytesView object, const roster::Receipt& receipt,
                                 const roster::Roster& roster);

}  // namespace strongroom::grant
