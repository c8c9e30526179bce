// Any bytes may be a directory, CSV or LDIF: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/directory/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"people", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::directory::parser();
  (void)parser.detect(files);
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, {}, {}, sink);
  CHECK(outcome && outcome->parsed + outcome->refused == sink.records.size() + sink.contents.size());
  for (const auto& record : sink.records) {
    const Bytes encoded = record::encode(record);
    const auto decoded = record::decode(encoded);
    CHECK(decoded && equal(record::encode(*decoded), encoded));
  }
  CHECK(parser.count(files, {}, {}).has_value());
  return 0;
}
