#include "codec/json_text.h"

#include <array>

#include "base/char_set.h"
#include "base/utf8.h"

namespace strongroom::codec {

namespace {

/// Bytes that are, or begin, what has to be escaped: controls, quotes, and the lead byte that C1 controls have.
constexpr CharSet kLookedAt = [] {
  std::array<char, 0x20 + 4> members{'"', '\\', '\x7F', '\xC2'};
  for (std::size_t c = 0; c < 0x20; ++c) members.at(4 + c) = static_cast<char>(c);
  return CharSet({members.data(), members.size()});
}();

}  // namespace

std::string json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string whole = utf8::repaired(text);
  std::string out = "\"";
  out.reserve(whole.size() + 2);
  for (std::size_t at = 0;;) {
    const std::size_t end = kLookedAt.first_in(whole, at);
    out.append(whole, at, end - at);
    at = end;
    if (at == whole.size()) break;
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
