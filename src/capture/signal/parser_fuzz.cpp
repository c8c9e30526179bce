// Any bytes at all, behind a whole header: what is found is what is parsed and refused.
// Limits: -max_len=32768 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/signal
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/signal/parser.h"

namespace {
using namespace strongroom;

void check(const capture::Parser& parser, const std::string& bytes, bool exact) {
  const std::vector<capture::InputFile> files{{"f", bytes_of(bytes)}};
  (void)parser.detect(files);
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, {}, {}, sink);
  const auto found = parser.count(files, {}, {});
  CHECK(outcome && found);
  CHECK(!exact || outcome->parsed + outcome->refused == *found);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  check(capture::signal::parser(), input, true);
  check(capture::signal::parser(), std::string("\x04\x08\x01\x10\x01", 5) + input, true);
  check(capture::signal::takeout_parser(), "{\"version\":\"1\",\"backupTimeMs\":\"1\"}\n" + input, false);
  return 0;
}
