#include "roster/drill_schedule.h"

#include <algorithm>
#include <map>

namespace strongroom::roster {
namespace {

/// Every drill's folders under what `key_of` calls them.
template <class Key, class KeyOf>
std::map<Key, DrillStanding> drilled(const RegisterState& state, KeyOf key_of) {
  std::map<Key, DrillStanding> out;
  for (const SeenDrill& seen : state.drills()) {
    std::map<Key, bool> any;  // in this drill
    for (const DrilledFolder& folder : seen.drill.folders)
      any[key_of(folder)] |= folder.outcome == DrillOutcome::opened;
    for (const auto& [key, opened] : any) {
      DrillStanding& standing = out[key];
      if (opened) standing.opened_s = std::max(standing.opened_s.value_or(0), seen.drill.drilled_s);
      standing.failed_since = !opened;
    }
  }
  return out;
}

DrillStanding standing_of(DrillStanding drilled, std::uint64_t since_s) {
  drilled.due_s = drilled.opened_s.value_or(since_s) + kDrillEveryS;
  return drilled;
}

}  // namespace

std::vector<LotStanding> lots_in_drills(const RegisterState& state, std::uint64_t now_s) {
  const std::uint32_t month = envelope::month_of_day(static_cast<std::uint32_t>(now_s / 86400));
  std::map<envelope::Lot, std::uint64_t> since;  // the latest of its keys
  for (const SeenLotKey& seen : state.all_lot_keys()) {
    const envelope::Lot& lot = seen.key.lot;
    if (lot.kind != envelope::LotKind::retention || lot.expiry_month < month) continue;
    since[lot] = std::max(since[lot], seen.key.issued_s);
  }
  const auto known = drilled<envelope::Lot>(state, [](const DrilledFolder& folder) { return folder.lot; });
  std::vector<LotStanding> out;
  for (const auto& [lot, since_s] : since) {
    if (!state.complete(state.lot_keys(lot))) continue;
    const auto found = known.find(lot);
    out.push_back({lot, standing_of(found == known.end() ? DrillStanding{} : found->second, since_s)});
  }
  return out;
}

std::vector<DeviceStanding> devices_in_drills(const RegisterState& state) {
  const auto known =
      drilled<envelope::DeviceId>(state, [](const DrilledFolder& folder) { return folder.device; });
  std::vector<DeviceStanding> out;
  for (const auto& [id, device] : state.devices()) {
    if (device.revoked) continue;
    const auto found = known.find(id);
    out.push_back({id, standing_of(found == known.end() ? DrillStanding{} : found->second,
                                   device.enrolment.enrolled_s)});
  }
  return out;
}

}  // namespace strongroom::roster
