// Any bytes at all.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/mattermost/compliance_fuzz.dict
#include "capture/mattermost/parser.h"
#include "capture/parser_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{
      {"export.csv", {reinterpret_cast<const std::byte*>(data), size}}};
  for (const capture::Parser* parser :
       {&capture::mattermost::csv_parser(), &capture::mattermost::actiance_parser()}) {
    if (parser->detect(files) > 0) capture::fuzz_parser(*parser, files);
  }
  return 0;
}
