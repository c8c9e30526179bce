/// What a member sees of the archive that somebody should do something about: pure functions of the verified register,
/// of what the server says of devices, and of what witnesses show.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "doctor/finding.h"
#include "ledger/policy.h"
#include "roster/replay.h"

namespace strongroom::doctor {

/// How a report names members and devices.
struct Names {
  std::function<std::string(roster::MemberId)> member;
  std::function<std::string(const envelope::DeviceId&)> device;
};

/// Trustees without a key for a lot that will be needed, and how soon; an ending roster; broken rules of the register.
Findings judge_register(const roster::RegisterState& state, std::uint64_t now_s, const Names& names);

/// Lots and devices whose drill is overdue or failed; those that have retired are left out.
Findings judge_drills(const roster::RegisterState& state, std::uint64_t now_s,
                      const std::set<envelope::DeviceId>& retired, const Names& names);

/// As the server says (protocol §3.9); `strongroom-verify` checks it.
struct Heard {
  envelope::DeviceId device{};
  enum class As { heard, silent, retired } as = As::heard;
  std::uint64_t heard_s = 0;
};
Findings judge_devices(const std::vector<Heard>& devices, std::uint64_t now_s, const Names& names);

/// What one witness of the roster shows.
struct WitnessShown {
  std::string name;
  std::optional<std::uint64_t> cosigned_s;  ///< its time under the newest checkpoint of the server, verified
  enum class Asked { no, answered, unreachable } asked = Asked::no;
  std::string why;  ///< where it is unreachable
  std::optional<std::uint64_t> size;  ///< of the newest checkpoint that it shows itself, verified
};
/// Lag, reach, and whether those in time are still a quorum. `size` is that of the server's checkpoint.
Findings judge_witnesses(const ledger::Policy& policy, const std::vector<WitnessShown>& witnesses,
                         std::uint64_t size, std::uint64_t now_s, std::uint64_t age_max_s);
/// The time of this witness under a checkpoint; nothing if it has not signed it.
std::optional<ledger::AcceptedCheckpoint> signed_by(const ledger::Policy& policy, const std::string& witness,
                                                    std::string_view checkpoint);

}  // namespace strongroom::doctor
