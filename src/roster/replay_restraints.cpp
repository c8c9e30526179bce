// Rules of the acts that forbid and of those that close (docs/formats/register.md, "Rules" 11 to 14).
#include <fmt/format.h>

#include <algorithm>

#include "roster/replay.h"
#include "roster/signed_entry.h"

namespace strongroom::roster {

using crypto::SignaturePolicy;

namespace {

constexpr std::uint64_t kReceiptSlackS = 86400;

}  // namespace

/// Protocol §2.6. Not held against the roster's expiry: a stolen device does not wait for one.
Result<void> RegisterState::take_revocation(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kRevocationLabel));
  const Revocation v = TRY(decode_revocation(o.content));
  TRY(check_in_force(v.archive, v.roster));
  const Member* officer = TRY(acting(v.officer, Role::officer, v.revoked_s));
  TRY(signed_by(o, *officer, SignaturePolicy::both));
  const auto device = devices_.find(v.device);
  if (device == devices_.end()) return fail(ErrorCode::not_found, "no such device is enrolled");
  if (device->second.revoked)
    return fail(ErrorCode::conflict,
                fmt::format("the device was revoked at leaf {} already", device->second.revoked->leaf));
  device->second.revoked = Revoked{applied_, crosses_.empty() ? 0 : crosses_.back().capture_head.size};
  return {};
}

/// Protocol §5.3. An order against one request holds for good; one against all holds for a time, so that no single
/// person can close the archive.
Result<void> RegisterState::take_stop_order(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kStopOrderLabel));
  const StopOrder order = TRY(decode_stop_order(o.content));
  TRY(check_in_force(order.archive, order.roster));
  const Member* member = find_member(rosters_.back().roster, order.member);
  if (member == nullptr || !may_stop(*member))
    return fail(ErrorCode::refused,
                fmt::format("member {} is not on the roster in a role that may stop", order.member));
  TRY(signed_by(o, *member, SignaturePolicy::both));
  if (witness_time_s_ > 0 && order.ordered_s > witness_time_s_ + kClaimSlackS)
    return fail(ErrorCode::refused, "the order is dated after today");
  if (order.commitment == Hash256{}) {
    if (order.until_s <= order.ordered_s || order.until_s - order.ordered_s > kStopAllSecondsMax)
      return fail(ErrorCode::malformed, "an order against every request lasts 1 second to 30 days");
  } else if (!requests_.contains(order.commitment)) {
    return fail(ErrorCode::not_found, "the order is against a request that is not in the register");
  }
  stops_.push_back({order, applied_});
  return {};
}

bool RegisterState::in_force(const SeenStop& seen, const Hash256& commitment, std::uint64_t at_s) const {
  const StopOrder& order = seen.order;
  if (order.commitment != Hash256{} && order.commitment != commitment) return false;
  if (order.until_s != 0 && at_s >= order.until_s) return false;
  const Member* member = rosters_.empty() ? nullptr : find_member(rosters_.back().roster, order.member);
  return member != nullptr && may_stop(*member);
}

const SeenStop* RegisterState::stop_of(const Hash256& commitment, std::uint64_t at_s) const {
  const auto found =
      std::ranges::find_if(stops_, [&](const SeenStop& seen) { return in_force(seen, commitment, at_s); });
  return found == stops_.end() ? nullptr : &*found;
}

/// The register that the trustee acted on held the order already.
Result<void> RegisterState::check_not_stopped(const Receipt& receipt) const {
  const std::uint64_t at_s = std::clamp(receipt.granted_s, witness_time_s_, witness_time_s_ + kReceiptSlackS);
  for (const SeenStop& seen : stops_) {
    if (seen.leaf < receipt.register_head.size && in_force(seen, receipt.commitment, at_s))
      return fail(ErrorCode::refused, fmt::format("the trustee granted what member {} had stopped at leaf {}",
                                                  seen.order.member, seen.leaf));
  }
  return {};
}

Result<void> RegisterState::check_open(const SeenRequest& request) const {
  if (!request.closed) return {};
  return fail(ErrorCode::refused, fmt::format("the reader closed this case at leaf {}", *request.closed));
}

/// Protocol §5.5: possible at any time, also under an expired roster.
Result<void> RegisterState::take_case_closed(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kCaseClosedLabel));
  const CaseClosed c = TRY(decode_case_closed(o.content));
  TRY(check_archive(c.archive));
  const auto request = requests_.find(c.commitment);
  if (request == requests_.end() || request->second.entry.reader != c.reader)
    return fail(ErrorCode::not_found, "the member closes a case that it did not open");
  const Member* reader = find_member(rosters_.back().roster, c.reader);
  if (reader == nullptr)
    return fail(ErrorCode::refused, fmt::format("member {} is not on the roster", c.reader));
  TRY(signed_by(o, *reader, SignaturePolicy::both));
  TRY(check_open(request->second));
  request->second.closed = applied_;
  return {};
}

/// Protocol §5.6.
Result<void> RegisterState::take_share_check(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kShareCheckLabel));
  ShareCheck c = TRY(decode_share_check(o.content));
  TRY(check_in_force(c.archive, c.roster));
  const Member* trustee = TRY(acting(c.trustee, Role::trustee, c.checked_s));
  TRY(signed_by(o, *trustee, SignaturePolicy::both));
  share_checks_.emplace_back(applied_, std::move(c));
  return {};
}

}  // namespace strongroom::roster
