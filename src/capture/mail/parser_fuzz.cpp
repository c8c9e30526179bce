// Any bytes at all: every mail of a mailbox, or the single mail, is a record, and the two counts agree.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=768
// Dictionary: src/capture/mail/parser_fuzz.dict
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/mail/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{
      {"a/cur/1.eml:2,S", {reinterpret_cast<const std::byte*>(data), size}}};
  const capture::Parser& parser = capture::mail::parser();
  (void)parser.detect(files);
  capture::CollectingSink sink;
  const auto outcome = parser.parse(files, {}, {}, sink);
  const auto found = parser.count(files, {}, {});
  CHECK(outcome && found && outcome->parsed + outcome->refused == *found);
  for (const record::Record& record : sink.records) {
    const auto again = record::decode(record::encode(record));
    CHECK(again && *again == record);
  }
  return 0;
}
