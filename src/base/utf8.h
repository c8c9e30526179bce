/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::utf8 {

inline bool is_ascii(std::string_view text) {
  std::uint64_t seen = 0, word = 0;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    seen |= word;
  }
  for (; at < text.size(); ++at) seen |= static_cast<unsigned char>(text[at]);
  return (seen & 0x8080808080808080u) == 0;
}
bool is_valid_beyond_ascii(std::string_view text);
inline bool is_valid(std::string_view text) { return is_ascii(text) || is_valid_beyond_ascii(text); }
/// Valid, and without control characters (C0, DEL and C1): on a terminal it writes one line and does nothing else.
bool is_one_line(std::string_view text);
/// `text` made so: every invalid byte and every control character replaced by U+FFFD; for showing, never for storing.
std::string one_line(std::string_view text);
/// Decodes the code point at `offset` and moves past it; nullopt (offset unmoved) if the bytes are not UTF-8.
std::optional<char32_t> next(std::string_view text, std::size_t& offset);
/// Appends one code point (a scalar value).
void append(std::string& to, char32_t code_point);
/// `text` with every invalid byte replaced by U+FFFD; for showing, never for storing.
std::string repaired(std::string_view text);

}  // namespace strongroom::utf8
