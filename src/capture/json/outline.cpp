#include "capture/json/outline.h"

#include <algorithm>

#include "base/char_set.h"

namespace strongroom::capture::json {
namespace {

constexpr CharSet kBehindScalar(",]}: \t\r\n");

constexpr std::string_view kSpace = " \t\r\n";

/// One past the closing quote; npos if there is none.
std::size_t behind_string(std::string_view text, std::size_t at) {
  const std::size_t quote = text.find('"', at + 1);
  if (quote == std::string_view::npos) return quote;
  if (text.substr(at, quote - at).find('\\') == std::string_view::npos)
    return quote + 1;  // as most strings are
  while (++at < text.size()) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool leads(Path path, std::initializer_list<std::string_view> names) {
  if (path.size() != names.size()) return false;
  std::size_t i = 0;
  for (const std::string_view name : names) {
    const std::string_view step = path[i++];
    if (name == "*") continue;
    if (name.empty() ? step.data() != nullptr : name != step) return false;
  }
  return true;
}

Outline::Outline(std::string_view text) { restart(text); }

void Outline::restart(std::string_view text) {
  text_ = text;
  at_ = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  length_ = depth_ = 0;
  first_ = 0;
  begun_ = name_expected_ = false;
}

bool Outline::more_behind() const { return text_.find_first_not_of(kSpace, at_) != std::string_view::npos; }

Outline::Event Outline::open(char c) {
  if (depth_ == kOutlineDepthMax) return Event::cut;
  starts_[depth_] = at_++;
  ++depth_;
  kinds_[depth_] = c;
  names_[depth_] = {};
  name_expected_ = c == '{';
  first_ = c;
  --depth_;  // the path of the value itself, until the next step
  begun_ = true;
  return Event::begin;
}

Outline::Event Outline::close(char c) {
  if (depth_ == 0 || kinds_[depth_] != (c == '}' ? '{' : '[')) return Event::cut;
  ++at_;
  first_ = kinds_[depth_];
  --depth_;
  length_ = at_ - starts_[depth_];
  return Event::end;
}

Outline::Event Outline::scalar(std::size_t end) {
  if (end == std::string_view::npos) return Event::cut;
  first_ = text_[at_];
  length_ = end - at_;
  at_ = end;
  begun_ = true;
  return Event::begin;
}

/// A member's name, and the colon if it is there.
bool Outline::read_name() {
  const std::size_t end = behind_string(text_, at_);
  if (end == std::string_view::npos) return false;
  names_[depth_] = text_.substr(at_ + 1, end - at_ - 2);
  at_ = end;
  name_expected_ = false;
  return true;
}

Outline::Event Outline::next() {
  if (begun_) {
    begun_ = false;
    if (first_ != '{' && first_ != '[') return Event::end;
    ++depth_;
  } else if (depth_ == 0 && length_ != 0) {
    return Event::finished;
  }
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':') continue;
    if (c == ',') {
      name_expected_ = kinds_[depth_] == '{';
      continue;
    }
    if (c == '{' || c == '[') return open(c);
    if (c == '}' || c == ']') return close(c);
    if (c != '"') return scalar(kBehindScalar.first_in(text_, at_));
    if (!name_expected_ || depth_ == 0) return scalar(behind_string(text_, at_));
    if (!read_name()) return Event::cut;
    --at_;
  }
  return Event::cut;
}

}  // namespace strongroom::capture::json
