// Any bytes may be a directory, CSV or LDIF: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
#include "capture/parser_fuzz.h"

#include "capture/directory/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"people", {reinterpret_cast<const std::byte*>(data), size}}};
  capture::fuzz_parser(capture::directory::parser(), files);
  return 0;
}
