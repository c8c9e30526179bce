// Shares nothing with the reader: splits at "<" and looks at names. No value of this writer holds a "<".
#include <algorithm>
#include <array>

#include "capture/sms/parser.h"

namespace strongroom::capture::sms {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Whether the part carries data: an attachment of its own.
bool carries_data(std::string_view tag) {
  for (std::size_t at = tag.find(" data="); at != std::string_view::npos; at = tag.find(" data=", at + 1)) {
    const std::string_view value = tag.substr(at + 6, 6);
    if (value.size() >= 2 && value[0] != value[1] && value.substr(1, 5) != "null\"") return true;
  }
  return false;
}

/// What the segment from one "<" to the next amounts to.
std::uint64_t items_in(std::string_view segment) {
  const std::size_t end = segment.rfind('>');
  const bool whole = end != std::string_view::npos;
  std::uint64_t items = whole && !is_blank(segment.substr(end + 1)) ? 1 : 0;
  if (segment.size() > 1 && segment[1] == '/') return items + (whole ? 0 : 1);
  const std::size_t name_end = std::min(segment.find_first_of(" \t\r\n/>", 1), segment.size());
  const std::string_view name = segment.substr(1, name_end - 1);
  static constexpr std::array<std::string_view, 5> kStructure{"smses", "calls", "parts", "addrs", "addr"};
  if (!whole) return 1;
  if (name == "part") return items + (carries_data(segment.substr(0, end)) ? 1 : 0);
  return items + (std::ranges::find(kStructure, name) == kStructure.end() ? 1 : 0);
}

}  // namespace

std::uint64_t count_items(std::string_view text) {
  std::uint64_t items = 0;
  const std::size_t last_comment = text.rfind("-->"), last_instruction = text.rfind("?>"),
                    last_declaration = text.rfind('>');
  const auto ends = [](std::size_t at, std::size_t last) {
    return last != std::string_view::npos && last > at;
  };
  std::size_t at = text.find('<');
  while (at < text.size()) {
    const bool comment = text.compare(at, 4, "<!--") == 0;
    if (comment && ends(at + 1, last_comment)) {
      at = text.find('<', text.find("-->", at + 2));
      continue;
    }
    const std::size_t next = std::min(text.find('<', at + 1), text.size());
    const char kind = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool markup = !comment && ((kind == '?' && ends(at + 1, last_instruction)) ||
                                     (kind == '!' && ends(at + 1, last_declaration)));
    if (!markup) items += items_in(text.substr(at, next - at));
    at = next;
  }
  return items;
}

}  // namespace strongroom::capture::sms
