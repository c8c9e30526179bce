// Any text inside a page: everything is parsed or refused, twice the same.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/capture/google_voice/parser_fuzz.dict
#include <string>

#include "capture/google_voice/parser.h"
#include "capture/parser_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string text = "<style>.deletedStatusContainer</style><body><div class=\"hChatLog hfeed\">" +
                           std::string(reinterpret_cast<const char*>(data), size);
  const std::vector<capture::InputFile> files{{"a - Text - b.html", bytes_of(text)}};
  const capture::Parser& parser = capture::google_voice::parser();
  CHECK(parser.detect(files) > 0);
  const capture::CollectingSink one = capture::fuzz_parser(parser, files).sink;
  const capture::CollectingSink two = capture::fuzz_parser(parser, files).sink;
  CHECK(one.records == two.records && one.contents == two.contents);
  return 0;
}
