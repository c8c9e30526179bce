#include "capture/json/by_lines.h"

namespace strongroom::capture::json {
namespace {

constexpr std::size_t kIndentMax = 64;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Behind a closing bracket: nothing, or a comma.
bool is_rest_of_line(std::string_view line) {
  const std::string_view rest = line.substr(0, line.find('\n'));
  return rest.empty() || rest == "," || rest == "\r" || rest == ",\r";
}

}  // namespace

std::optional<std::size_t> end_by_lines(std::string_view text, std::size_t start) {
  if (start >= text.size() || text[start] != '{') return std::nullopt;
  std::size_t begin = start;
  while (begin > 0 && start - begin <= kIndentMax && is_blank(text[begin - 1])) --begin;
  const std::string_view indent = text.substr(begin, start - begin);
  if (indent.empty() || indent.size() > kIndentMax || begin == 0 || text[begin - 1] != '\n')
    return std::nullopt;
  for (std::size_t at = text.find('\n', start); at != std::string_view::npos; at = text.find('\n', at)) {
    const std::string_view line = text.substr(++at);
    const bool as_deep = line.starts_with(indent);
    const std::size_t word = as_deep ? indent.size() : line.find_first_not_of(" \t");
    if (word >= line.size()) return std::nullopt;
    if (as_deep && is_blank(line[word])) continue;
    const char c = line[word];
    if (as_deep && c == '{') return at;
    if (c != (as_deep ? '}' : ']') || !is_rest_of_line(line.substr(word + 1))) return std::nullopt;
    return as_deep ? at + word + 1 : at;
  }
  return std::nullopt;
}

}  // namespace strongroom::capture::json
