#include "base/utf8.h"

#include <cstring>

namespace strongroom::utf8 {
namespace {

/// Eight bytes of ASCII at `at`.
bool eight_ascii(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  if (text.size() - at < sizeof word) return false;
  std::memcpy(&word, text.data() + at, sizeof word);
  return (word & 0x8080808080808080u) == 0;
}

/// How long the well-formed sequence at `at` is; 0 if there is none (Unicode, table 3-7).
std::size_t well_formed_length(std::string_view text, std::size_t at) {
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto between = [&](std::size_t i, unsigned first, unsigned last) {
    return byte_at(i) >= first && byte_at(i) <= last;
  };
  const unsigned char lead = byte_at(0);
  const std::size_t left = text.size() - at;
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return left >= 2 && between(1, 0x80, 0xBF) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !between(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF)) return 0;
    return between(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (left < 4 || !between(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF)) return 0;
  return between(2, 0x80, 0xBF) && between(3, 0x80, 0xBF) ? 4 : 0;
}

}  // namespace

std::optional<char32_t> next(std::string_view text, std::size_t& offset) {
  if (offset >= text.size()) return std::nullopt;
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte_at(offset);
  if (lead < 0x80) {
    ++offset;
    return lead;
  }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > text.size() - offset) return std::nullopt;
  char32_t point = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char c = byte_at(offset + i);
    if ((c & 0xC0) != 0x80) return std::nullopt;
    point = (point << 6) | (c & 0x3Fu);
  }
  const char32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (point < smallest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
  offset += length;
  return point;
}

bool is_valid_beyond_ascii(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t length = eight_ascii(text, offset) ? 8 : well_formed_length(text, offset);
    if (length == 0) return false;
    offset += length;
  }
  return true;
}

bool is_one_line(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const auto c = next(text, offset);
    if (!c || *c < 0x20 || (*c >= 0x7F && *c <= 0x9F)) return false;
  }
  return true;
}

void append(std::string& to, char32_t p) {
  if (p < 0x80) {
    to += static_cast<char>(p);
  } else if (p < 0x800) {
    to += static_cast<char>(0xC0 | (p >> 6));
    to += static_cast<char>(0x80 | (p & 0x3F));
  } else if (p < 0x10000) {
    to += static_cast<char>(0xE0 | (p >> 12));
    to += static_cast<char>(0x80 | ((p >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (p & 0x3F));
  } else {
    to += static_cast<char>(0xF0 | (p >> 18));
    to += static_cast<char>(0x80 | ((p >> 12) & 0x3F));
    to += static_cast<char>(0x80 | ((p >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (p & 0x3F));
  }
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t start = offset;
    const auto c = next(text, offset);
    if (!c) ++offset;
    append(out, !c || !is_one_line(text.substr(start, offset - start)) ? U'\uFFFD' : *c);
  }
  return out;
}

std::string repaired(std::string_view text) {
  if (is_valid(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t start = offset;
    if (next(text, offset)) {
      out.append(text.substr(start, offset - start));
    } else {
      append(out, 0xFFFD);
      ++offset;
    }
  }
  return out;
}

}  // namespace strongroom::utf8
