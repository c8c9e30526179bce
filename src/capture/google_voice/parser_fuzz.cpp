// Any text inside a page: everything is parsed or refused, twice the same.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/capture/google_voice/parser_fuzz.dict
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/google_voice/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string text = "<style>.deletedStatusContainer</style><body><div class=\"hChatLog hfeed\">" +
                           std::string(reinterpret_cast<const char*>(data), size);
  const std::vector<capture::InputFile> files{{"a - Text - b.html", bytes_of(text)}};
  const capture::Parser& parser = capture::google_voice::parser();
  CHECK(parser.detect(files) > 0);
  capture::CollectingSink sink, again;
  CHECK(parser.parse(files, {}, {}, sink) && parser.parse(files, {}, {}, again) &&
        parser.count(files, {}, {}));
  CHECK(sink.records == again.records);
  for (const record::Record& r : sink.records) CHECK(record::decode(record::encode(r)) == r);
  return 0;
}
