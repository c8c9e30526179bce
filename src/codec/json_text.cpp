#include "codec/json_text.h"

#include "base/utf8.h"

namespace strongroom::codec {

std::string json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string whole = utf8::repaired(text);
  std::string out = "\"";
  for (std::size_t at = 0; at < whole.size();) {
    const char32_t c = utf8::next(whole, at).value_or(0xFFFD);
    if (c == '"' || c == '\\') {
      out += {'\\', static_cast<char>(c)};
    } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
      out += {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 0xf]};
    } else {
      utf8::append(out, c);
    }
  }
  return out + '"';
}

}  // namespace strongroom::codec
