// Any bytes may be a session archive: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/wecom
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/wecom/parser.h"
#include "capture/wecom/test_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::wecom::archive_parser();
  (void)parser.detect(files);
  capture::Statement statement;
  if (size % 16 == 1)
    statement.keys.push_back(capture::GivenKey::copy_of(bytes_of(capture::wecom::testing::kRightKey)));
  if (size % 32 == 1) {  // a library that gives what was sealed
    statement.wecom_open = [](std::string_view, std::string_view message) -> Result<Bytes> {
      return copy_of(bytes_of(message));
    };
  }
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
