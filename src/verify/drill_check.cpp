#include "verify/drill_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "chain/canary.h"
#include "codec/text.h"
#include "roster/drill_schedule.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

std::string since(const roster::DrillStanding& standing) {
  return standing.opened_s ? fmt::format("none since {}", utc(*standing.opened_s)) : std::string("none ever");
}

/// Empty if the result is what the folder's own headers bear out.
std::string contradiction(const roster::DrilledFolder& told, const chain::FolderView& folder) {
  const auto commitment = chain::canary_of(folder);
  if (!commitment) return "is no canary";
  if (told.device != folder.core.core0.device || told.lot != folder.core.core0.lot)
    return "is of another device or lot than it says";
  if (told.outcome == roster::DrillOutcome::opened && envelope::answer_commitment(told.answer) != *commitment)
    return "does not hold the answer it names: nobody has shown that it was opened";
  return {};
}

}  // namespace

DrillCheck::DrillCheck(const roster::RegisterState& state, Report& report) : state_(state), report_(report) {
  for (const roster::SeenDrill& seen : state.drills())
    for (const roster::DrilledFolder& folder : seen.drill.folders)
      told_.emplace(folder.folder_header, Told{&folder, seen.leaf});
}

void DrillCheck::see(const chain::FolderView& folder) {
  if (chain::canary_of(folder)) ++canaries_;
  if (chain::is_false_canary(folder))
    report_.warning("false-canary",
                    fmt::format("the folder of capture leaf {} is called a canary by its device and "
                                "holds more than one does",
                                folder.open.leaf));
  const auto [first, last] = told_.equal_range(folder.open.header.hash);
  for (auto at = first; at != last; ++at) {
    const std::string wrong = contradiction(*at->second.folder, folder);
    if (!wrong.empty())
      report_.serious("drill-false",
                      fmt::format("the drill of register leaf {} names the folder of capture leaf "
                                  "{}, which {}",
                                  at->second.leaf, folder.open.leaf, wrong));
  }
  told_.erase(first, last);
}

void DrillCheck::tell_drills() {
  for (const roster::SeenDrill& seen : state_.drills()) {
    const auto& folders = seen.drill.folders;
    const auto opened =
        std::ranges::count(folders, roster::DrillOutcome::opened, &roster::DrilledFolder::outcome);
    const std::string text =
        fmt::format("drill of register leaf {}: {} of {} canaries opened", seen.leaf, opened, folders.size());
    report_.add(succeeded(seen.drill) ? Weight::note : Weight::warning,
                succeeded(seen.drill) ? "drill" : "drill-failed", text);
  }
}

void DrillCheck::tell_overdue_devices(std::uint64_t now_s) {
  for (const auto& [device, standing] : roster::devices_in_drills(state_)) {
    if (retired_.contains(device) || !standing.overdue(now_s)) continue;
    report_.warning("drill-overdue", fmt::format("device {}: a drill of its canaries is overdue, {}",
                                                 codec::hex(BytesView(device).first(4)), since(standing)));
  }
}

/// Lots by the dozen are one sentence.
void DrillCheck::tell_overdue_lots(std::uint64_t now_s) {
  const auto lots = roster::lots_in_drills(state_, now_s);
  const auto overdue = [&](const roster::LotStanding& lot) { return lot.standing.overdue(now_s); };
  const auto first = std::ranges::find_if(lots, overdue);
  if (first == lots.end()) return;
  report_.warning("drill-overdue", fmt::format("{} of {} lots: a drill is overdue; the first is {}, {}",
                                               std::ranges::count_if(lots, overdue), lots.size(),
                                               envelope::to_string(first->lot), since(first->standing)));
}

void DrillCheck::finish(std::uint64_t now_s) {
  for (const auto& [hash, told] : told_)
    report_.serious("drill-false", fmt::format("the drill of register leaf {} names a folder ({}...) that no "
                                               "device has sealed",
                                               told.leaf, codec::hex(BytesView(hash).first(4))));
  tell_drills();
  tell_overdue_devices(now_s);
  tell_overdue_lots(now_s);
  report_.fact("canary folders", std::to_string(canaries_));
}

}  // namespace strongroom::verify
