/// Ways in which what is in memory comes to lie on a disk: core dumps and swap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "doctor/finding.h"

namespace strongroom::doctor {

/// A running server of ours, from /proc/PID.
struct RunningServer {
  std::uint32_t id = 0;
  std::string name;
  std::string status;            ///< /proc/PID/status
  std::string limits;            ///< /proc/PID/limits
  std::uint32_t proc_owner = 0;  ///< of its files in /proc
};
/// Core dumps, confinement and user of a server. Whether it may be dumped shows only where it does not run as root.
Findings judge_running_server(const RunningServer& server);

/// /proc/sys/kernel/core_pattern.
Findings judge_core_pattern(std::string_view core_pattern);

struct SwapArea {
  std::string name;  ///< "/dev/dm-1"
  enum class On { memory, encrypted, plain, unknown } on = On::unknown;
};
/// Names in /proc/swaps, at most 64.
std::vector<std::string> parse_swaps(std::string_view table);
Findings judge_swaps(const std::vector<SwapArea>& areas);

}  // namespace strongroom::doctor
