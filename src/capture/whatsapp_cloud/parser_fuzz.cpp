// Any bytes may be webhook bodies: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/whatsapp-cloud-api
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/whatsapp_cloud/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::whatsapp_cloud::parser();
  (void)parser.detect(files);
  capture::Statement statement;
  if (size % 2 == 1) statement.keys.push_back(capture::GivenKey::copy_of(bytes_of("secret")));
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
