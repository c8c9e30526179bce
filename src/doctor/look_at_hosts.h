/// The hosts of a list, several ports at a time. Nothing but the addresses of those hosts is connected to; to find them
/// the machine's resolver is asked.
#pragma once

#include "doctor/host_list.h"
#include "doctor/look_at_port.h"

namespace strongroom::doctor {

struct Pace {
  unsigned at_a_time = 16;  ///< ports
  std::chrono::seconds time_limit{1800};  ///< what has not begun by then is named as not seen
};
/// How many ports of how many have been looked at; called from several threads, one at a time.
using Progress = std::function<void(std::size_t, std::size_t)>;

/// What was found, and for each host a line of how many ports were open. Threads end before it returns.
Findings look_at_hosts(const std::vector<ListedHost>& hosts, const Looking& looking, const Pace& pace,
                       const Progress& progress);

}  // namespace strongroom::doctor
