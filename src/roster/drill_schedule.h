/// When drills are due (protocol §5.6): every lot and every device once a quarter. Pure functions of the register.
#pragma once

#include <optional>
#include <vector>

#include "envelope/names.h"
#include "roster/replay.h"

namespace strongroom::roster {

inline constexpr std::uint64_t kDrillEveryS = 92ull * 86400;

struct DrillStanding {
  std::optional<std::uint64_t> opened_s;  ///< when a canary last opened; nothing = never drilled
  bool failed_since = false;  ///< a later drill did not open one
  std::uint64_t due_s = 0;  ///< a quarter after that, or after there was something to drill
  bool overdue(std::uint64_t now_s) const { return now_s > due_s; }
};
struct LotStanding {
  envelope::Lot lot;
  DrillStanding standing;
};
struct DeviceStanding {
  envelope::DeviceId device{};
  DrillStanding standing;
};

/// Retention lots with the keys of every position that are not past, ascending.
std::vector<LotStanding> lots_in_drills(const RegisterState& state, std::uint64_t now_s);
/// Devices that are enrolled and not revoked. One that has retired is among them: the register does not say so.
std::vector<DeviceStanding> devices_in_drills(const RegisterState& state);

}  // namespace strongroom::roster
