// Any bytes at all: every mail of a mailbox, or the single mail, is a record, and the two counts agree.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=768
// Dictionary: src/capture/mail/parser_fuzz.dict
#include "capture/parser_fuzz.h"

#include "capture/mail/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{
      {"a/cur/1.eml:2,S", {reinterpret_cast<const std::byte*>(data), size}}};
  CHECK(capture::fuzz_parser(capture::mail::parser(), files).reconciles());
  return 0;
}
