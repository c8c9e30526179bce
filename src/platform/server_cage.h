/// What a server takes from itself when it starts to serve: every file but its data directory, every program, every
/// other process, every port it does not listen on. See docs/decisions/cage.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "platform/landlock.h"

namespace strongroom::platform {

struct ServerCage {
  std::string data;  ///< the one directory it keeps
  std::vector<std::uint16_t> listen_ports;  ///< 0: one the kernel chooses
  Connections connections = Connections::none;  ///< `anywhere` also leaves it what resolves names
};

/// What came of it, for the log.
struct ServerConfinement {
  std::vector<std::string> in_force;
  std::vector<std::string> missing;
  /// "confined by ...; missing: ...", one line without end.
  std::string sentence() const;
};

/// Confines the calling thread and all that it starts: call it before there are others. What this system does not have
/// is missing, and no error: a server holds nothing that opens a record. `io` if what it has cannot be entered.
Result<ServerConfinement> confine_server(const ServerCage& cage);

}  // namespace strongroom::platform
