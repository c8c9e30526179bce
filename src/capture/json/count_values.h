/// The independent count of a text that is values one after the other, arrays of them, or anything else between lines
/// that begin with '{' (json::Documents is the reader's side of it; nothing is shared).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "capture/json/outline.h"

namespace strongroom::capture::json {

/// `Value` is made anew for each value, is shown what lies in it by `see(path, first, began)` (paths begin at the
/// value), and then says how many `records()` it is. What is no object, longer than `item_bytes_max` or cut short
/// counts one.
template <class Value>
class ValueCount {
 public:
  ValueCount(std::string_view text, std::uint64_t item_bytes_max)
      : text_(text), item_bytes_max_(item_bytes_max), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

  std::uint64_t count() {
    std::uint64_t found = 0;
    for (;;) {
      at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
      if (at_ == text_.size()) return found;
      found += text_[at_] == '{' || text_[at_] == '[' ? value() : skip();
    }
  }

 private:
  /// Up to the next line that may be a value.
  std::uint64_t skip() {
    const std::size_t next = text_.find("\n{", at_);
    at_ = next == std::string_view::npos ? text_.size() : next + 1;
    return 1;
  }

  /// One value, or an array of them.
  std::uint64_t value() {
    outline_.restart(text_.substr(at_));
    const std::size_t depth = text_[at_] == '[' ? 1 : 0;
    std::uint64_t found = 0;
    Value value;
    for (;;) {
      const Outline::Event event = outline_.next();
      const Path path = outline_.path();
      if (event == Outline::Event::cut) return found + skip();
      if (event == Outline::Event::finished) {
        at_ += outline_.at();
        return found;
      }
      if (path.size() < depth) continue;
      const bool began = event == Outline::Event::begin;
      if (path.size() > depth) {
        value.see(path.subspan(depth), outline_.first(), began);
      } else if (began) {
        value = Value();
      } else {
        found += outline_.first() != '{' || outline_.length() > item_bytes_max_ ? 1 : value.records();
      }
    }
  }

  std::string_view text_;
  std::uint64_t item_bytes_max_;
  std::size_t at_;
  Outline outline_{{}};
};

}  // namespace strongroom::capture::json
