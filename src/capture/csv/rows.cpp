#include "capture/csv/rows.h"

#include <algorithm>

#include "base/utf8.h"

namespace strongroom::capture::csv {
namespace {

char likely_separator(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  char best = ',';
  std::ptrdiff_t most = std::ranges::count(line, ',');
  for (const char c : {';', '\t'}) {
    const std::ptrdiff_t found = std::ranges::count(line, c);
    if (found <= most) continue;
    best = c;
    most = found;
  }
  return best;
}

std::string repaired(std::string_view text) {
  return utf8::is_valid(text) ? std::string(text) : utf8::repaired(text);
}

}  // namespace

Rows::Rows(std::string_view text, std::uint64_t row_bytes_max, char separator)
    : text_(text), max_(row_bytes_max), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {
  separator_ = separator != 0 ? separator : likely_separator(text_.substr(at_));
}

/// Leaves `at_` behind the field; false if its quote is never closed.
bool Rows::read_field(Row& row) {
  const std::size_t end = std::min<std::uint64_t>(text_.size(), row.offset + max_);
  std::string quoted;
  if (at_ < end && text_[at_] == '"') {
    for (++at_;; ++at_) {
      const std::size_t quote = text_.substr(0, end).find('"', at_);
      if (quote == std::string_view::npos) return false;
      quoted += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') break;
      quoted += '"';
    }
  }
  std::size_t stop = at_;
  while (stop < text_.size() && text_[stop] != separator_ && text_[stop] != '\n' &&
         !(text_[stop] == '\r' && (stop + 1 == text_.size() || text_[stop + 1] == '\n')))
    ++stop;
  row.fields.push_back(repaired(quoted + std::string(text_.substr(at_, stop - at_))));
  at_ = stop;
  return true;
}

std::optional<Row> Rows::next() {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  if (at_ >= text_.size()) return std::nullopt;
  Row row;
  row.offset = at_;
  bool good = read_field(row);
  while (good && at_ < text_.size() && text_[at_] == separator_) {
    ++at_;
    good = read_field(row);
  }
  if (!good || at_ - row.offset > max_) {
    at_ = std::min(text_.find('\n', row.offset), text_.size());
    row.broken = "a quoted field has no end, or the row is longer than the limit";
  }
  row.text = text_.substr(row.offset, at_ - row.offset);
  return row;
}

}  // namespace strongroom::capture::csv
