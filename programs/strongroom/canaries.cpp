#include "canaries.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "chain/canary.h"
#include "grant/device_entries.h"
#include "roster/drill_schedule.h"

namespace strongroom::person {
namespace {

bool everywhere(const roster::RegisterState& state, const envelope::DeviceId& device) {
  return std::ranges::binary_search(state.current_roster()->roster.canaries, device);
}

/// When the lot (of a canary device) or else the device was last drilled; 0 = never.
class LastDrilled {
 public:
  LastDrilled(const roster::RegisterState& state, std::uint64_t now_s) : state_(state) {
    for (const auto& [lot, standing] : roster::lots_in_drills(state, now_s))
      lots_[lot] = standing.opened_s.value_or(0);
    for (const auto& [device, standing] : roster::devices_in_drills(state))
      devices_[device] = standing.opened_s.value_or(0);
  }
  std::uint64_t of(const FoundCanary& canary) const {
    if (everywhere(state_, canary.asked.device)) {
      const auto lot = lots_.find(canary.asked.lot);
      return lot == lots_.end() ? 0 : lot->second;
    }
    const auto device = devices_.find(canary.asked.device);
    return device == devices_.end() ? 0 : device->second;
  }

 private:
  const roster::RegisterState& state_;
  std::map<envelope::Lot, std::uint64_t> lots_;
  std::map<envelope::DeviceId, std::uint64_t> devices_;
};

}  // namespace

Result<std::vector<FoundCanary>> find_canaries(Archive& archive,
                                               const std::vector<envelope::DeviceId>& devices) {
  std::vector<FoundCanary> out;
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  for (const envelope::DeviceId& id : devices) {
    const auto enrolled = archive.replica.state().devices().find(id);
    if (enrolled == archive.replica.state().devices().end()) continue;
    const auto device = TRY(grant::read_device(archive.session(), tiles, enrolled->second));
    for (const chain::FolderView& folder : device.chain.folders) {
      const auto commitment = chain::canary_of(folder);
      if (!commitment || device.enrolled.quarantines(folder.open.leaf)) continue;
      if (!grant::check_opening(folder, device.enrolled, archive.replica.state().archive())) continue;
      const envelope::Core0& core0 = folder.core.core0;
      out.push_back({{folder.open.header.hash, id, core0.lot, *commitment}, core0.day, folder.open.leaf});
    }
  }
  return out;
}

std::vector<FoundCanary> choose_canaries(const roster::RegisterState& state,
                                         const std::vector<FoundCanary>& all, std::uint64_t now_s) {
  const std::uint32_t month = envelope::month_of_day(static_cast<std::uint32_t>(now_s / 86400));
  std::map<std::tuple<envelope::DeviceId, std::uint32_t, std::uint32_t>, FoundCanary> newest;
  for (const FoundCanary& canary : all) {
    const envelope::Lot& lot = canary.asked.lot;
    if (lot.expiry_month < month) continue;
    const std::uint32_t apart = everywhere(state, canary.asked.device) ? lot.expiry_month : 0;
    auto [at, fresh] = newest.try_emplace({canary.asked.device, lot.retention_class, apart}, canary);
    if (!fresh && at->second.leaf < canary.leaf) at->second = canary;
  }
  const LastDrilled last(state, now_s);
  std::vector<FoundCanary> out;
  for (const auto& [key, canary] : newest) out.push_back(canary);
  std::ranges::sort(out, {},
                    [&](const FoundCanary& canary) { return std::tuple(last.of(canary), canary.leaf); });
  if (out.size() > roster::kDrilledFoldersMax) out.resize(roster::kDrilledFoldersMax);
  return out;
}

}  // namespace strongroom::person
