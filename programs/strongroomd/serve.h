/// `strongroomd serve`: both listeners in front of the archive, until a signal comes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "base/error.h"
#include "wire/http.h"

namespace strongroom::server {

struct ServeOptions {
  std::string data;
  std::string listen, public_listen;    ///< "127.0.0.1:8443", "[::1]:0"
  std::vector<std::string> witnesses;   ///< NAME=URL
  std::vector<std::string> lost_witnesses;  ///< by name
  std::uint64_t cross_every_s = 3600;
  unsigned threads = 2;
  archive::Heeding heeding = archive::Heeding::witnesses;
};

/// What stands between the service and its peers: nothing, but in tests that need a server that lies.
using Between = std::function<wire::Handler(wire::Handler service)>;

/// Returns when SIGTERM or SIGINT came and everything accepted was finished.
Result<void> serve(
    const ServeOptions& options, const Between& between = [](wire::Handler service) { return service; });

}  // namespace strongroom::server
