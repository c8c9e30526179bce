/// `strongroomd serve`: both listeners in front of the archive, until a signal comes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace strongroom::server {

struct ServeOptions {
  std::string data;
  std::string listen, public_listen;    ///< "127.0.0.1:8443", "[::1]:0"
  std::vector<std::string> witnesses;   ///< NAME=URL
  std::uint64_t cross_every_s = 3600;
  unsigned threads = 2;
};

/// Returns when SIGTERM or SIGINT came and everything accepted was finished.
Result<void> serve(const ServeOptions& options);

}  // namespace strongroom::server
