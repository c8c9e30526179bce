// Rule of drills (docs/formats/register.md, "Rules" 16).
#include <fmt/format.h>

#include <algorithm>

#include "roster/replay.h"
#include "roster/signed_entry.h"

namespace strongroom::roster {
namespace {

bool has_granted(const SeenRequest& request, MemberId trustee) {
  return std::ranges::any_of(request.receipts, [&](const auto& receipt) {
    return receipt.second.trustee == trustee && receipt.second.shares > 0;
  });
}

}  // namespace

Result<void> RegisterState::check_drilled(const DrilledFolder& folder, const SeenRequest& request) const {
  if (!devices_.contains(folder.device))
    return fail(ErrorCode::not_found, "the drill names a device that is not enrolled");
  for (const MemberId trustee : folder.trustees) {
    if (!has_granted(request, trustee))
      return fail(ErrorCode::refused,
                  fmt::format("the drill names shares of member {}, who granted none", trustee));
  }
  return {};
}

/// Protocol §5.6.
Result<void> RegisterState::take_drill(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kDrillLabel));
  Drill d = TRY(decode_drill(o.content));
  TRY(check_in_force(d.archive, d.roster));
  const Member* reader = TRY(acting(d.reader, Role::reader, d.drilled_s));
  TRY(signed_by(o, *reader, crypto::SignaturePolicy::both));
  const auto request = requests_.find(d.commitment);
  if (request == requests_.end() || request->second.entry.reader != d.reader)
    return fail(ErrorCode::not_found, "the member tells of a drill that it did not ask for");
  TRY(check_open(request->second));
  for (const SeenDrill& seen : drills_) {
    if (seen.drill.commitment == d.commitment)
      return fail(ErrorCode::conflict, fmt::format("this drill is told at leaf {} already", seen.leaf));
  }
  if (d.drilled_s < request->second.entry.asked_s ||
      (witness_time_s_ > 0 && d.drilled_s > witness_time_s_ + kClaimSlackS))
    return fail(ErrorCode::refused, "the drill is dated before its request or after today");
  for (const DrilledFolder& folder : d.folders) TRY(check_drilled(folder, request->second));
  drills_.push_back({std::move(d), applied_});
  return {};
}

}  // namespace strongroom::roster
