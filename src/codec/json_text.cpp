#include "codec/json_text.h"

#include "base/utf8.h"

namespace strongroom::codec {

std::string json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : utf8::is_valid(text) ? std::string(text) : utf8::repaired(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 0xf]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace strongroom::codec
