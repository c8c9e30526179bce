#include "capture/directory/count.h"

namespace strongroom::capture::directory {
namespace {

std::string_view without_mark(std::string_view text) {
  return text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
}

}  // namespace

std::uint64_t count_rows(std::string_view text) {
  std::uint64_t rows = 0;
  bool quoted = false, seen = false;
  for (const char c : without_mark(text)) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) {
      rows += seen ? 1 : 0;
      seen = false;
    } else if (c != '\r' && c != '\n') {
      seen = true;
    }
  }
  rows += seen ? 1 : 0;
  return rows > 0 ? rows - 1 : 0;
}

std::uint64_t count_entries(std::string_view text) {
  std::uint64_t entries = 0;
  bool inside = false, comment = false;
  text = without_mark(text);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool more_of_comment = comment && line.starts_with(' ');
    comment = line.starts_with('#') || more_of_comment;
    if (line.empty()) {
      inside = false;
    } else if (!comment && !inside && !line.starts_with("version:")) {
      inside = true;
      ++entries;
    }
  }
  return entries;
}

}  // namespace strongroom::capture::directory
