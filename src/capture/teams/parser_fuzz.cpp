// Any bytes at all: what is found is what is parsed and refused.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/teams/parser_fuzz.dict
#include "capture/parser_fuzz.h"

#include "capture/teams/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  capture::fuzz_json_parser(capture::teams::parser(), "messages.json", text);
  return 0;
}
