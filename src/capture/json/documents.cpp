#include "capture/json/documents.h"

#include <algorithm>

namespace strongroom::capture::json {

Documents::Documents(std::string_view text, std::uint64_t value_bytes_max)
    : text_(text), max_(value_bytes_max), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

Document Documents::unreadable(std::string code, std::string why) {
  const std::size_t start = at_;
  const std::size_t line = text_.find("\n{", start);
  at_ = line == std::string_view::npos ? text_.size() : line + 1;
  std::string_view bytes = text_.substr(start, at_ - start);
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.remove_suffix(1);
  in_array_ = in_array_ && at_ < text_.size();
  return {{bytes, start}, std::move(code), std::move(why)};
}

std::optional<Document> Documents::next() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const bool between = c == ' ' || c == '\n' || c == '\r' || c == '\t' || (in_array_ && c == ',');
    if (between) {
      ++at_;
      continue;
    }
    if (in_array_ == (c == ']') && (c == ']' || c == '[')) {
      in_array_ = c == '[';
      ++at_;
      continue;
    }
    if (!in_array_ && c != '{') return unreadable("not-json", "here begins no JSON object");
    const std::string_view within = text_.substr(0, at_ + std::min<std::uint64_t>(max_, text_.size() - at_));
    Cursor cursor(within, at_);
    const auto value = cursor.take();
    if (!value) {
      const bool cut = within.size() < text_.size();
      return unreadable(cut ? "too-large" : "not-json",
                        cut ? "the value is longer than the limit" : value.error().what);
    }
    at_ = cursor.at();
    return Document{*value, {}, {}};
  }
  return std::nullopt;
}

}  // namespace strongroom::capture::json
