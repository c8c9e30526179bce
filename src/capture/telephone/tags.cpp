#include "capture/telephone/tags.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"

namespace strongroom::capture::telephone {
namespace {

constexpr std::size_t kAttributesMax = 256;
constexpr std::string_view kSpace = " \t\r\n";

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == ':' || c == '.';
}

std::string_view take_name(std::string_view& rest) {
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_name) - rest.begin());
  const std::string_view name = rest.substr(0, end);
  rest.remove_prefix(end);
  return name;
}

/// Returns whether there was any.
bool skip_space(std::string_view& rest) {
  const std::size_t before = rest.size();
  rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  return rest.size() != before;
}

/// One `name="value"`; false if there is none.
bool take_attribute(std::string_view& rest, Attribute& out) {
  out.name = take_name(rest);
  skip_space(rest);
  if (out.name.empty() || !rest.starts_with('=')) return false;
  rest.remove_prefix(1);
  skip_space(rest);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return false;
  const std::size_t end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) return false;
  out.raw = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return true;
}

/// The attributes and the end of an opening tag; false if it is broken. `rest` becomes what follows ">".
bool take_rest_of_tag(std::string_view& rest, Tag& out) {
  while (true) {
    const bool spaced = skip_space(rest);
    if (rest.starts_with("/>") || rest.starts_with('>')) {
      out.kind = rest.front() == '/' ? Tag::Kind::empty : Tag::Kind::open;
      rest.remove_prefix(rest.front() == '/' ? 2 : 1);
      return true;
    }
    Attribute attribute;
    if (!spaced || out.attributes.size() >= kAttributesMax || !take_attribute(rest, attribute)) return false;
    out.attributes.push_back(attribute);
  }
}

std::optional<char32_t> reference(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, char32_t>, 5> kNamed{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, point] : kNamed) {
    if (name == known) return point;
  }
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool sixteen = name.starts_with('x') || name.starts_with('X');
  if (sixteen) name.remove_prefix(1);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, sixteen ? 16 : 10);
  if (error != std::errc{} || end != name.data() + name.size() || value > 0x10FFFF) return std::nullopt;
  return value;
}

/// Puts code points together, of which two may be the halves of one.
class Joiner {
 public:
  explicit Joiner(Unescaped& out) : out_(out) {}
  void add(char32_t point) {
    if (high_ != 0 && point >= 0xDC00 && point <= 0xDFFF) {
      utf8::append(out_.text, 0x10000 + ((high_ - 0xD800) << 10) + (point - 0xDC00));
      high_ = 0;
      return;
    }
    flush();
    if (point >= 0xD800 && point <= 0xDBFF) {
      high_ = point;
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      replace();
    } else {
      utf8::append(out_.text, point);
    }
  }
  void flush() {
    if (high_ != 0) replace();
    high_ = 0;
  }

 private:
  void replace() {
    utf8::append(out_.text, 0xFFFD);
    out_.repaired = true;
  }
  Unescaped& out_;
  char32_t high_ = 0;
};

}  // namespace

std::optional<std::string_view> Tag::raw(std::string_view attribute) const {
  const auto found = std::ranges::find(attributes, attribute, &Attribute::name);
  if (found == attributes.end() || found->raw == "null") return std::nullopt;
  return found->raw;
}

Unescaped unescaped(std::string_view raw) {
  Unescaped out;
  out.text.reserve(raw.size());
  Joiner joiner(out);
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('&'), raw.size());
    if (plain != 0) joiner.flush();
    out.text += raw.substr(0, plain);
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    const std::size_t end = raw.substr(0, 12).find(';');
    const auto point = end == std::string_view::npos ? std::nullopt : reference(raw.substr(1, end - 1));
    joiner.add(point.value_or('&'));
    raw.remove_prefix(point ? end + 1 : 1);
  }
  joiner.flush();
  if (!utf8::is_valid(out.text)) {
    out.text = utf8::repaired(out.text);
    out.repaired = true;
  }
  return out;
}

/// False if it is no markup, or has no end: then it hides nothing that follows.
bool Tags::skip_markup(std::size_t open) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMarkup{
      {{"<!--", "-->"}, {"<?", "?>"}, {"<!", ">"}}};
  const std::string_view rest = text_.substr(open);
  const auto kind = std::ranges::find_if(kMarkup, [&](const auto& m) { return rest.starts_with(m.first); });
  if (kind == kMarkup.end()) return false;
  bool& endless = endless_[static_cast<std::size_t>(kind - kMarkup.begin())];
  if (endless) return false;
  const std::size_t end = text_.find(kind->second, open + 2);
  endless = end == std::string_view::npos;  // then no later one has an end either
  if (!endless) at_ = end + kind->second.size();
  return !endless;
}

void Tags::read_tag(std::size_t open, Tag& out) {
  const std::size_t next = std::min(text_.find('<', open + 1), text_.size());
  std::string_view rest = text_.substr(open, next - open);
  const bool closing = rest.starts_with("</");
  rest.remove_prefix(closing ? 2 : 1);
  out.name = take_name(rest);
  if (out.name.empty() || !take_rest_of_tag(rest, out)) {
    out.kind = Tag::Kind::broken;
    at_ = next;
  } else {
    if (closing) out.kind = Tag::Kind::close;
    at_ = next - rest.size();
  }
  out.text = text_.substr(open, at_ - open);
}

bool Tags::next(Tag& out) {
  out.attributes.clear();
  out.name = {};
  while (at_ < text_.size()) {
    const std::size_t open = std::min(text_.find('<', at_), text_.size());
    const std::string_view between = text_.substr(at_, open - at_);
    if (between.find_first_not_of(kSpace) != std::string_view::npos) {
      out.kind = Tag::Kind::stray;
      out.text = between;
      at_ = open;
      return true;
    }
    at_ = open;
    if (open == text_.size()) return false;
    if (skip_markup(open)) continue;
    read_tag(open, out);
    return true;
  }
  return false;
}

}  // namespace strongroom::capture::telephone
