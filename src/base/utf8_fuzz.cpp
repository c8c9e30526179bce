// What is valid decodes and encodes to the same bytes; what is repaired is valid.
// Limits: -max_len=4096 -timeout=2 -rss_limit_mb=512
#include "base/utf8.h"

#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string again;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = utf8::next(text, at);
    if (!c) break;
    utf8::append(again, *c);
  }
  CHECK(again == text.substr(0, at));
  CHECK(utf8::is_valid(text) == (at == text.size()));
  const std::string repaired = utf8::repaired(text);
  CHECK(utf8::is_valid(repaired));
  CHECK(!utf8::is_valid(text) || repaired == text);
  CHECK(utf8::is_one_line(utf8::one_line(text)));
  CHECK(!utf8::is_one_line(text) || utf8::one_line(text) == text);
  return 0;
}
