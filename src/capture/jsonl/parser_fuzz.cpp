// Any bytes at all: every non-empty line is a record or refused.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/json_line_fuzz.dict
#include "capture/parser_fuzz.h"

#include "capture/jsonl/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.jsonl", {reinterpret_cast<const std::byte*>(data), size}}};
  CHECK(capture::fuzz_parser(capture::jsonl::parser(), files).reconciles());
  return 0;
}
