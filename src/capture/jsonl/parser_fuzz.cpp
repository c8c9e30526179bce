// Any bytes at all: every non-empty line is a record or refused.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/json_line_fuzz.dict
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/jsonl/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.jsonl", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::jsonl::parser();
  (void)parser.detect(files);
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, {}, {}, sink);
  const auto found = parser.count(files, {}, {});
  CHECK(outcome && found && outcome->parsed + outcome->refused == *found);
  CHECK(sink.records.size() + sink.contents.size() == *found);
  return 0;
}
