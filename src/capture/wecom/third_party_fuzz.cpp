// Any bytes may be an exporter's table or JSON: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/wecom/third_party_fuzz.dict
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/wecom/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::wecom::third_party_parser();
  (void)parser.detect(files);
  capture::Statement statement;
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, statement, {}, sink);
  CHECK(outcome && outcome->parsed + outcome->refused == sink.records.size() + sink.contents.size());
  for (const auto& record : sink.records) {
    const Bytes encoded = record::encode(record);
    const auto decoded = record::decode(encoded);
    CHECK(decoded && equal(record::encode(*decoded), encoded));
  }
  CHECK(parser.count(files, statement, {}).has_value());
  return 0;
}
