/// Walks the lines of a text without copying.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace strongroom::capture {

/// One line without its "\n" or "\r\n".
struct Line {
  std::string_view text;
  std::size_t offset = 0;  ///< of its first byte in the text
  std::size_t number = 0;  ///< from 1
};

/// Gives one line after the other; a byte order mark before the first is skipped.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

  std::optional<Line> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    Line line{text_.substr(at_, end - at_), at_, ++number_};
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    at_ = end + 1;
    return line;
  }

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t number_ = 0;
};

inline bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace strongroom::capture
