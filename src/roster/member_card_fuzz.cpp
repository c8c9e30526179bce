// Whatever is accepted as a member card or list of names is written back to the same text.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "roster/member_card.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto card = strongroom::roster::parse_member_card(text))
    CHECK(strongroom::roster::format_member_card(*card) == text);
  if (const auto names = strongroom::roster::parse_names(text))
    CHECK(strongroom::roster::format_names(*names) == text);
  return 0;
}
