// strongroomd as a thief would run it: it takes whatever comes, without asking its witnesses first whether it was set
// back (protocol §4.7). Everything else is the real server. Test code only.
//   breach_server DATA [--witness NAME=URL]
#include <fmt/format.h>

#include "../../programs/strongroomd/serve.h"

int main(int argc, char** argv) {
  strongroom::server::ServeOptions options;
  options.heeding = strongroom::archive::Heeding::nobody;
  options.listen = options.public_listen = "127.0.0.1:0";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--witness" && i + 1 < argc) {
      options.witnesses.emplace_back(argv[++i]);
    } else {
      options.data = word;
    }
  }
  const auto served = strongroom::server::serve(options);
  if (!served) fmt::print(stderr, "breach_server: {}\n", served.error().to_string());
  return served ? 0 : 1;
}
