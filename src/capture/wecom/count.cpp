#include "capture/wecom/count.h"

#include <algorithm>
#include <string>

#include "base/char_set.h"

namespace strongroom::capture::wecom {
namespace {

constexpr CharSet kBehindScalar(",[]{}\" \n\r\t");

constexpr std::size_t kDepthMax = 256;  ///< deeper, nobody reads it

struct Counted {
  std::size_t end = std::string_view::npos;  ///< one past the value; npos: it has no end
  std::uint64_t items = 1;
};

/// One past the closing quote, or npos.
std::size_t after_string(std::string_view text, std::size_t at) {
  const std::size_t quote = text.find('"', ++at);
  if (quote == std::string_view::npos) return quote;
  if (text.substr(at, quote - at).find('\\') == std::string_view::npos)
    return quote + 1;  // as most strings are
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at < text.size() ? at + 1 : std::string_view::npos;
}

/// The value that begins with '{' at `at`.
Counted walk(std::string_view text, std::size_t at, std::string_view list) {
  Counted out;
  std::string open;
  std::string_view name;
  bool inside = false;  // the list is open, at depth 2
  std::uint64_t elements = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (inside && open.size() == 2 && c != ',' && c != ']' && c > ' ') ++elements;
    if (c == '"') {
      const std::size_t end = after_string(text, at);
      if (end == std::string_view::npos) return out;
      if (open.size() == 1) name = text.substr(at + 1, end - at - 2);
      at = end;
    } else if (c == '{' || c == '[') {
      if (open.size() == kDepthMax) return out;
      if (open.size() == 1 && c == '[' && name == list) inside = true;
      open += c == '{' ? '}' : ']';
      ++at;
    } else if (c == '}' || c == ']') {
      if (open.back() != c) return out;
      open.pop_back();
      ++at;
      if (open.size() == 1) inside = false;
      if (!open.empty()) continue;
      out.end = at;
      out.items = std::max<std::uint64_t>(elements, 1);
      return out;
    } else if (c > ' ' && c != ',' && c != ':') {
      at = kBehindScalar.first_in(text, at);
    } else {
      ++at;
    }
  }
  return out;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::uint64_t count_values(std::string_view text, std::string_view list) {
  std::uint64_t found = 0;
  bool in_array = false;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_space(c) || (in_array && c == ',')) {
      ++at;
      continue;
    }
    if ((c == '[' && !in_array) || (c == ']' && in_array)) {
      in_array = c == '[';
      ++at;
      continue;
    }
    const Counted value = c == '{' ? walk(text, at, list) : Counted{};
    found += value.end == std::string_view::npos ? 1 : value.items;
    const std::size_t line = text.find("\n{", at);
    at = value.end != std::string_view::npos ? value.end
         : line == std::string_view::npos    ? text.size()
                                             : line + 1;
  }
  return found;
}

std::uint64_t count_rows(std::string_view text) {
  std::uint64_t lines = 0;
  bool quoted = false, seen = false;
  for (const char c : text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0)) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) {
      lines += seen ? 1 : 0;
      seen = false;
    } else if (c != '\r' && c != '\n') {
      seen = true;
    }
  }
  lines += seen ? 1 : 0;
  return lines > 0 ? lines - 1 : 0;
}

}  // namespace strongroom::capture::wecom
