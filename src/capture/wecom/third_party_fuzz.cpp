// Any bytes may be an exporter's table or JSON: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/wecom/third_party_fuzz.dict
#include "capture/parser_fuzz.h"

#include "capture/wecom/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  capture::fuzz_parser(capture::wecom::third_party_parser(), files);
  return 0;
}
