// Any bytes at all: what is found is what is parsed and refused.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/mattermost/parser_fuzz.dict
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/mattermost/parser.h"

namespace {
using namespace strongroom;

void check(const capture::Parser& parser, std::string_view text) {
  const std::vector<capture::InputFile> files{{"import.jsonl", bytes_of(text)}};
  if (parser.detect(files) == 0) return;
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, {}, {}, sink);
  const auto found = parser.count(files, {}, {});
  CHECK(outcome && found);
  // A name written with escapes, or twice in one object, is another to the count than to the parser.
  if (outcome->refused == 0 && text.find('\\') == std::string_view::npos) CHECK(*found >= outcome->parsed);
  for (const record::Record& record : sink.records) {
    const auto bytes = record::encode(record);
    const auto again = record::decode(bytes);
    CHECK(again && *again == record);
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(capture::mattermost::bulk_parser(), text);
  return 0;
}
