// Any bytes at all as a .msg file, and as winmail.dat: read within bounds.
// Limits: -max_len=32768 -timeout=10 -rss_limit_mb=768
// Dictionary: src/capture/mail/outlook_fuzz.dict
#include "capture/mail/outlook.h"
#include "capture/mail/tnef.h"
#include "capture/parser_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  const std::vector<capture::InputFile> files{{"a.msg", bytes}};
  const capture::Parser& parser = capture::mail::outlook_parser();
  if (parser.detect(files) > 0) {
    const capture::Outcome outcome = capture::fuzz_parser(parser, files).outcome;
    CHECK(outcome.parsed + outcome.refused == 1);
  }
  capture::mail::Charsets charsets;
  if (const auto tnef = capture::mail::read_tnef(bytes, charsets)) {
    capture::mail::Letter letter = capture::mail::letter_of(tnef->message, charsets);
    capture::mail::add_pieces(tnef->message, "1/", charsets, letter);
  }
  (void)capture::mail::unpacked_rtf(bytes);
  return 0;
}
