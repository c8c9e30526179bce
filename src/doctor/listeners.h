/// Who listens on this machine, from /proc/net/tcp and tcp6.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "doctor/finding.h"

namespace strongroom::doctor {

struct Listener {
  std::uint16_t port = 0;
  enum class Reach { this_machine, network } reach = Reach::network;
  std::uint64_t inode = 0;
  bool operator==(const Listener&) const = default;
};
inline constexpr std::size_t kListenersMax = 4096;
/// Sockets in the state LISTEN; lines that are not understood are left out.
std::vector<Listener> parse_listeners(std::string_view table);

/// Programs by the inode of their sockets, as far as this user may see.
using Owners = std::map<std::uint64_t, std::string>;
/// Ours are `ok`; everything else that the network reaches is to be meant.
Findings judge_listeners(const std::vector<Listener>& listeners, const Owners& owners);

/// "strongroomd" and "strongroom-witness", as the kernel cuts their names.
bool is_own_server(std::string_view process_name);

}  // namespace strongroom::doctor
