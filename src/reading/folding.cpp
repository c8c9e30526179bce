#include "reading/folding.h"

#include <algorithm>

#include "base/utf8.h"

namespace strongroom::reading {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Blocks where an even (or odd) capital is followed by its small letter.
bool pairs_from_even(char32_t c) {
  return between(c, 0x100, 0x12F) || between(c, 0x132, 0x137) || between(c, 0x14A, 0x177) ||
         between(c, 0x1DE, 0x1EF) || between(c, 0x1F8, 0x21F) || between(c, 0x222, 0x233) ||
         between(c, 0x3D8, 0x3EF) || between(c, 0x460, 0x481) || between(c, 0x48A, 0x4BF) ||
         between(c, 0x4D0, 0x52F) || between(c, 0x1E00, 0x1E95) || between(c, 0x1EA0, 0x1EFF);
}
bool pairs_from_odd(char32_t c) {
  return between(c, 0x139, 0x148) || between(c, 0x179, 0x17E) || between(c, 0x1CD, 0x1DC) ||
         between(c, 0x4C1, 0x4CE);
}

std::size_t size_of(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

char32_t next_or_replacement(std::string_view text, std::size_t& at) {
  if (const auto c = utf8::next(text, at)) return *c;
  ++at;
  return kReplacement;
}

}  // namespace

char32_t fold(char32_t c) {
  if (between(c, 'A', 'Z')) return c + 32;
  if (c < 0xC0) return c == 0xB5 ? 0x3BC : c;
  if (between(c, 0xC0, 0xDE)) return c == 0xD7 ? c : c + 32;
  if (c == 0x130) return 'i';
  if (c == 0x178) return 0xFF;
  if (c == 0x17F) return 's';
  if (pairs_from_even(c)) return (c & 1) == 0 ? c + 1 : c;
  if (pairs_from_odd(c)) return (c & 1) == 1 ? c + 1 : c;
  if (c == 0x386) return 0x3AC;
  if (between(c, 0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 63;
  if (between(c, 0x391, 0x3AB) && c != 0x3A2) return c + 32;
  if (c == 0x3C2) return 0x3C3;
  if (between(c, 0x400, 0x40F)) return c + 80;
  if (between(c, 0x410, 0x42F)) return c + 32;
  if (between(c, 0x531, 0x556)) return c + 48;
  if (between(c, 0x1C90, 0x1CBF)) return c - 0x1C90 + 0x10D0;
  if (c == 0x1E9E) return 0xDF;
  if (between(c, 0x2160, 0x216F)) return c + 16;
  if (between(c, 0x24B6, 0x24CF)) return c + 26;
  if (between(c, 0xFF21, 0xFF3A)) return c + 32;
  if (between(c, 0x10400, 0x10427)) return c + 40;
  return c;
}

std::u32string folded(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) out += fold(next_or_replacement(text, at));
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_or_replacement(text, at);
    if (c == '\t') {
      out += ' ';
    } else if ((c < 0x20 && c != '\n') || between(c, 0x7F, 0x9F)) {
      utf8::append(out, kReplacement);
    } else {
      utf8::append(out, c);
    }
  }
  return out;
}

std::string printable_line(std::string_view text) {
  std::string out = printable(text);
  std::ranges::replace(out, '\n', ' ');
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t width = 0, space = std::string::npos;
  const auto end_line = [&] {
    lines.push_back(std::move(line));
    line.clear();
    width = 0;
    space = std::string::npos;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_or_replacement(text, at);
    if (c == '\n') {
      end_line();
      continue;
    }
    if (c == ' ') space = line.size();
    utf8::append(line, c);
    if (++width <= columns) continue;
    if (space == std::string::npos) {  // a word longer than a line: its last code point begins the next
      line.resize(line.size() - size_of(c));
      end_line();
      utf8::append(line, c);
      width = 1;
    } else {
      std::string rest = line.substr(space + 1);
      line.resize(space);
      end_line();
      width = length_of(rest);
      line = std::move(rest);
    }
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::size_t length_of(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size(); ++n) static_cast<void>(next_or_replacement(text, at));
  return n;
}

}  // namespace strongroom::reading
