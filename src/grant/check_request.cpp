#include "grant/check_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "codec/text.h"
#include "grant/device_entries.h"
#include "roster/request.h"
#include "roster/request_seal.h"

namespace strongroom::grant {
namespace {

using roster::Role;

Result<const roster::SeenRequest*> entry_of(const roster::RegisterState& state, const Hash256& commitment) {
  const auto found = state.requests().find(commitment);
  if (found == state.requests().end())
    return fail(ErrorCode::not_found, "the request is not in the register", "§5.3 step 2",
                "compare the commitment with what 'strongroom requests' lists");
  return &found->second;
}

const roster::Member* acting(const roster::Roster& roster, roster::MemberId id, Role role,
                             std::uint64_t at_s) {
  const roster::Member* member = roster::find_member(roster, id);
  if (member == nullptr || !roster::has_role(*member, role)) return nullptr;
  return roster::in_its_time(roster, *member, at_s) ? member : nullptr;
}

/// Step 1: fresh, under a witnessed checkpoint, with the roster in force.
Result<void> check_fresh(const GrantQuestion& q) {
  const roster::SignedRoster* roster = q.state.current_roster();
  if (roster == nullptr) return fail(ErrorCode::not_found, "there is no roster", "§5.3 step 1");
  if (!(q.state.head() == q.register_head))
    return fail(ErrorCode::unauthenticated, "the replayed register is not the one that was witnessed",
                "§5.3 step 1");
  const auto nonce = q.state.nonce_leaf(q.nonce);
  if (!nonce || *nonce >= q.register_head.size)
    return fail(ErrorCode::unauthenticated,
                "the witnessed register does not hold the nonce signed a moment ago: it is "
                "old, or it is not the register",
                "§5.3 step 1", "try again; if it goes on, ask an officer and another trustee what they see");
  if (q.witness_time_s >= roster->roster.expires_s)
    return fail(ErrorCode::refused, "the roster has expired: nothing is granted under it", "§5.3 step 1",
                "let the governing quorum sign a new roster");
  if (acting(roster->roster, q.trustee, Role::trustee, q.witness_time_s) == nullptr)
    return fail(ErrorCode::refused, "the roster does not name you as a trustee now", "§5.3 step 1");
  return {};
}

/// Step 4: at least one approval, by somebody who may and is not the reader (§5.2).
Result<std::vector<roster::MemberId>> check_approvals(const GrantQuestion& q,
                                                      const roster::SeenRequest& seen) {
  std::vector<roster::MemberId> approvers;
  const roster::Roster& roster = q.state.current_roster()->roster;
  for (const auto& [leaf, approval] : seen.approvals) {
    if (leaf <= seen.leaf || leaf >= q.register_head.size || approval.commitment != q.commitment) continue;
    if (approval.approver == seen.entry.reader) continue;
    if (acting(roster, approval.approver, Role::approver, q.witness_time_s) != nullptr)
      approvers.push_back(approval.approver);
  }
  if (approvers.empty())
    return fail(ErrorCode::refused, "nobody but the reader has approved this request in the register",
                "§5.3 step 4", "an approver runs 'strongroom approve' first");
  return approvers;
}

/// Step 5: the request's time and the cooling-off, by the witnesses' clocks.
Result<void> check_time(const GrantQuestion& q, const roster::ReadingRequest& request) {
  const roster::Roster& roster = q.state.current_roster()->roster;
  if (q.witness_time_s >= request.expires_s)
    return fail(ErrorCode::refused, "the request has expired by the witnesses' time", "§5.3 step 5",
                "the reader makes a new request");
  if (acting(roster, request.reader, Role::reader, q.witness_time_s) == nullptr)
    return fail(ErrorCode::refused, "the roster does not name the reader as one now", "§5.3 step 5");
  if (roster.cooling_off_s == 0) return {};
  if (!q.request_seen_s)
    return fail(ErrorCode::refused, "no cross leaf of the capture ledger covers the request yet",
                "§5.3 step 5", "the cooling-off begins with it; one is taken every hour");
  const std::uint64_t over_s = *q.request_seen_s + roster.cooling_off_s;
  if (q.witness_time_s < over_s)
    return fail(ErrorCode::refused,
                fmt::format("the cooling-off is not over: {} hours are left by the witnesses' time",
                            (over_s - q.witness_time_s + 3599) / 3600),
                "§5.3 step 5", "run the same command again then");
  return {};
}

/// Step 6: nothing forbids it. What this program has no rule for may forbid it, so it is obeyed.
Result<void> check_not_forbidden(const GrantQuestion& q, const roster::SeenRequest& seen) {
  for (const roster::Finding& finding : q.state.findings()) {
    if (finding.error.code == ErrorCode::unsupported)
      return fail(
          ErrorCode::refused,
          fmt::format("this program has no rule for leaf {} of the register, which may be a stop order",
                      finding.leaf),
          "§5.3 step 6", "use a newer program");
  }
  if (const roster::SeenStop* stop = q.state.stop_of(q.commitment, q.witness_time_s))
    return fail(
        ErrorCode::refused,
        fmt::format("member {} stopped {} (leaf {})", stop->order.member,
                    stop->order.commitment == Hash256{} ? "every reading" : "this request", stop->leaf),
        "§5.3 step 6", "ask that member why");
  if (seen.closed)
    return fail(ErrorCode::refused, fmt::format("the reader closed this case at leaf {}", *seen.closed),
                "§5.3 step 6", "the reader makes a new request");
  return {};
}

/// §5.6: what is asked for as a drill is canaries and nothing but.
Result<void> check_purpose(const roster::ReadingRequest& request, const ListedFolder& folder) {
  if (request.purpose != roster::RequestPurpose::drill || folder.canary) return {};
  return fail(
      ErrorCode::refused,
      fmt::format("the request says that it is a drill, and the folder of leaf {} is no canary", folder.leaf),
      "§5.3 step 7", "tell the audit committee: somebody asked for messages under the name of a drill");
}

/// Step 7: the list is exactly folders of the predicate that the capture ledger held when the request was made.
Result<std::uint64_t> check_folders(const GrantQuestion& q, const roster::SeenRequest& seen,
                                    const roster::ReadingRequest& request) {
  const roster::SeenCross* cross = cross_before(q.state, seen.leaf);
  if (cross == nullptr)
    return fail(ErrorCode::refused,
                "no checkpoint of the capture ledger was in the register before the request", "§5.3 step 7");
  if (!q.capture_root_at_cross || *q.capture_root_at_cross != cross->capture_head.root)
    return fail(ErrorCode::unauthenticated,
                "the capture ledger is not a continuation of the one the register names", "§5.3 step 7",
                "keep this message: the server shows two histories");
  std::map<Hash256, const ListedFolder*> found;
  for (const ListedFolder& folder : q.folders) found.emplace(folder.header_hash, &folder);
  for (const Hash256& listed : q.copy.folders) {
    const auto at = found.find(listed);
    if (at == found.end())
      return fail(ErrorCode::not_found,
                  fmt::format("a folder of the list ({}...) is in no chain of the devices named",
                              codec::hex(BytesView(listed).first(4))),
                  "§5.3 step 7", "the reader makes the request again");
    const ListedFolder& folder = *at->second;
    if (folder.leaf >= cross->capture_head.size)
      return fail(ErrorCode::refused,
                  fmt::format("the folder of leaf {} is younger than the request", folder.leaf),
                  "§5.3 step 7");
    if (folder.core0.device != folder.device || !in_predicate(request.scope, folder.core0))
      return fail(
          ErrorCode::refused,
          fmt::format(
              "the list is wider than the request says: the folder of leaf {} is outside its devices, "
              "classes or days",
              folder.leaf),
          "§5.3 step 7", "tell the audit committee");
    TRY(check_purpose(request, folder));
    const auto device = q.state.devices().find(folder.device);
    if (device != q.state.devices().end() && device->second.quarantines(folder.leaf))
      return fail(
          ErrorCode::refused,
          fmt::format("the folder of leaf {} is quarantined: its device was revoked at register leaf {}",
                      folder.leaf, device->second.revoked->leaf),
          "§5.3 step 6", "the reader makes the request without it");
  }
  return cross->leaf;
}

}  // namespace

const roster::SeenCross* cross_before(const roster::RegisterState& state, std::uint64_t leaf) {
  const roster::SeenCross* last = nullptr;
  for (const roster::SeenCross& cross : state.cross_leaves())
    if (cross.leaf < leaf) last = &cross;
  return last;
}

Result<roster::ReadingRequest> check_copies(const roster::RegisterState& state, const Hash256& commitment,
                                            const roster::RequestCopy& copy) {
  const roster::SeenRequest& seen = *TRY(entry_of(state, commitment));
  if (state.current_roster() == nullptr) return fail(ErrorCode::not_found, "there is no roster");
  const roster::SignedRoster& roster = *state.current_roster();
  // Step 3: what I was sent is what the register commits to, and what everybody else was sent (§5.1).
  roster::ReadingRequest request = TRY_IN("§5.3 step 3", roster::open_request(copy, seen.entry, roster));
  TRY_IN("§5.3 step 3", roster::check_request_copies(copy, seen.entry, roster));
  return request;
}

Result<CheckedRequest> check_request(const GrantQuestion& q) {
  TRY(check_fresh(q));
  // Step 2: in the register, and covered by that checkpoint.
  const roster::SeenRequest& seen = *TRY(entry_of(q.state, q.commitment));
  if (seen.leaf >= q.register_head.size)
    return fail(ErrorCode::refused, "no witnessed checkpoint covers the request yet", "§5.3 step 2");
  CheckedRequest out;
  out.leaf = seen.leaf;
  out.request = TRY(check_copies(q.state, q.commitment, q.copy));
  out.approvers = TRY(check_approvals(q, seen));
  TRY(check_time(q, out.request));
  TRY(check_not_forbidden(q, seen));
  out.cross_leaf = TRY(check_folders(q, seen, out.request));
  return out;  // Step 8, the person's own confirmation, is the caller's.
}

}  // namespace strongroom::grant
