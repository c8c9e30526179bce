// Base64, hex and decimals: what is accepted is written back to the same text. Strings of our JSON hold no control
// character and no quotation mark that ends them early.
// Limits: -max_len=1024 -timeout=2 -rss_limit_mb=512
#include "codec/text.h"

#include <algorithm>

#include "base/check.h"
#include "base/utf8.h"
#include "codec/json_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto bytes = codec::from_base64(text)) CHECK(codec::base64(*bytes) == text);
  if (const auto bytes = codec::from_hex(text)) CHECK(codec::hex(*bytes) == text);
  if (const auto number = codec::from_decimal(text, UINT64_MAX)) CHECK(std::to_string(*number) == text);
  CHECK(*codec::from_base64(codec::base64(bytes_of(text))) == copy_of(bytes_of(text)));
  const std::string json = codec::json_string(text);
  CHECK(utf8::is_one_line(json) && json.size() >= 2 && json.front() == '"' && json.back() == '"');
  for (std::size_t at = 1; at + 1 < json.size(); ++at) {
    CHECK(json[at] != '"');
    if (json[at] == '\\') CHECK(++at + 1 < json.size());
  }
  return 0;
}
