// Any bytes as a body, as a summary, and as changes to a good database.
// Limits: -max_len=4096 -timeout=20 -rss_limit_mb=1024
// Seeds: samples/imessage
#include "capture/parser_fuzz.h"
#include "capture/imessage/parser.h"
#include "capture/imessage/summary.h"
#include "capture/imessage/test_material.h"
#include "capture/imessage/typedstream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  namespace imessage = capture::imessage;
  static const Bytes kGood = imessage::chat_database();
  const BytesView input(reinterpret_cast<const std::byte*>(data), size);
  (void)imessage::read_attributed_text(input);
  (void)imessage::read_summary(input);
  if (size % 8 != 0) return 0;  // the database is slow, and most inputs are for the formats inside it
  Bytes changed = kGood;        // the input is a list of (place, byte)
  for (std::size_t i = 0; i + 4 <= input.size(); i += 4)
    changed[(read_be<std::uint32_t>(input.subspan(i)) >> 8) % changed.size()] = input[i + 3];
  const std::vector<capture::InputFile> files{{"chat.db", changed}};
  capture::fuzz_parser(imessage::parser(), files);
  return 0;
}
