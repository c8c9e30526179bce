// Any text inside a backup: every part of it is parsed or refused, twice the same.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/capture/sms/parser_fuzz.dict
#include <string>

#include "capture/parser_fuzz.h"
#include "capture/sms/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string text = "<smses count=\"1\">" + std::string(reinterpret_cast<const char*>(data), size);
  const std::vector<capture::InputFile> files{{"a.xml", bytes_of(text)}};
  const capture::Parser& parser = capture::sms::parser();
  CHECK(parser.detect(files) > 0);
  const capture::CollectingSink one = capture::fuzz_parser(parser, files).sink;
  const capture::CollectingSink two = capture::fuzz_parser(parser, files).sink;
  CHECK(one.records == two.records && one.contents == two.contents);
  return 0;
}
