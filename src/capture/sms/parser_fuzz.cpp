// Any text inside a backup: every part of it is parsed or refused, twice the same.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/capture/sms/parser_fuzz.dict
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/sms/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string text = "<smses count=\"1\">" + std::string(reinterpret_cast<const char*>(data), size);
  const std::vector<capture::InputFile> files{{"a.xml", bytes_of(text)}};
  const capture::Parser& parser = capture::sms::parser();
  CHECK(parser.detect(files) > 0);
  capture::CollectingSink sink, again;
  const auto outcome = parser.parse(files, {}, {}, sink);
  CHECK(outcome && parser.parse(files, {}, {}, again) && parser.count(files, {}, {}));
  CHECK(sink.records == again.records && sink.contents == again.contents);
  for (const record::Record& r : sink.records) CHECK(record::decode(record::encode(r)) == r);
  return 0;
}
