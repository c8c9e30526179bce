// Any bytes are an exported chat: parsing must hold its promises and agree with the count of
// itself. Dictionary: parser_fuzz.dict.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/whatsapp
#include <cstdlib>

#include "capture/collecting_sink.h"
#include "capture/whatsapp/parser.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const capture::InputFile file{"_chat.txt", bytes_of(bytes)};
  const capture::Limits limits;
  capture::CollectingSink sink;
  const auto& parser = capture::whatsapp::parser();
  (void)parser.detect({file});
  const auto outcome = parser.parse({file}, {}, limits, sink);
  if (!outcome || outcome->parsed + outcome->refused != sink.records.size() + sink.contents.size())
    std::abort();
  std::size_t end = 0;
  for (const auto& record : sink.records) {  // the originals of a text file tile it
    if (record.original.file != "_chat.txt") continue;
    if (record.original.offset != end) std::abort();
    end += record.original.length;
    if (!equal(record::encode(*record::decode(record::encode(record))), record::encode(record))) std::abort();
  }
  return 0;
}
