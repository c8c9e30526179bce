#include "agent/shortages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "roster/expiry.h"

namespace strongroom::agent {

void Shortages::note(const roster::SealingKeys& keys, const roster::Roster& in_force,
                     std::uint32_t first_day) {
  if (keys.missing.empty()) return;
  const Way way{keys.roster->roster.number, keys.roster->roster.number != in_force.number,
                keys.lot != keys.wanted};
  Fallen& fallen = ways_[way];
  if (fallen.missing.empty()) {
    fallen.oldest_day = first_day;
    fallen.first_wanted = keys.wanted;
  }
  fallen.oldest_day = std::min(fallen.oldest_day, first_day);
  fallen.first_wanted = std::min(fallen.first_wanted, keys.wanted);
  fallen.into = keys.lot;
  fallen.missing.insert(keys.missing.begin(), keys.missing.end());
}

std::vector<std::string> Shortages::texts() const {
  std::vector<std::string> out;
  for (const auto& [way, fallen] : ways_) {
    std::string instead;
    if (way.stale) instead = fmt::format(" under the earlier roster number {}", way.roster);
    if (way.misfiled)
      instead += fmt::format("{} into {}, which is not their lot", way.stale ? " and" : "",
                             envelope::to_string(fallen.into));
    out.push_back(
        fmt::format("folders go{}: no keys for {} from trustees (members {}); each of them "
                    "runs 'strongroom lots publish --from {}'",
                    instead, envelope::to_string(fallen.first_wanted), fmt::join(fallen.missing, ", "),
                    envelope::day_name(fallen.oldest_day)));
  }
  return out;
}

std::vector<std::string> sealing_alarms(const roster::RegisterState& state,
                                        const std::vector<std::uint32_t>& classes, std::uint32_t today) {
  Shortages shortages;
  std::vector<std::string> out;
  for (const std::uint32_t id : classes) {
    const auto keys = roster::keys_to_seal(
        state, id, [&](const roster::RetentionClass& of) { return roster::lot_of(of, today); });
    if (keys) {
      shortages.note(*keys, state.current_roster()->roster, today);
    } else {
      out.push_back(fmt::format("no folder of class {} can be opened: {}", id, keys.error().to_string()));
    }
  }
  for (std::string& text : shortages.texts()) out.push_back(std::move(text));
  return out;
}

}  // namespace strongroom::agent
