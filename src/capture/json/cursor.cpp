#include "capture/json/cursor.h"

#include <fmt/format.h>

#include <array>

#include "base/char_set.h"
#include "capture/json/by_lines.h"

namespace strongroom::capture::json {
namespace {

std::unexpected<Error> malformed(std::string_view what, std::size_t at) {
  return fail(ErrorCode::malformed, std::string(what), fmt::format("byte {}", at));
}

/// One past the closing quote of the string that begins at `at`; npos if it has none.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at;;) {
    at = text.find('"', at);
    if (at == std::string_view::npos) return at;
    std::size_t slashes = 0;
    while (text[at - 1 - slashes] == '\\') ++slashes;
    ++at;
    if (slashes % 2 == 0) return at;
  }
}

constexpr CharSet kStructural("{}[]\"");
constexpr CharSet kBehindScalar(",]} \n\r\t");

/// One past the bracket that closes the one at `at`.
Result<std::size_t> end_of_brackets(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  std::array<char, kDepthMax> open;
  std::size_t depth = 0;
  while (at < text.size()) {
    at = kStructural.first_in(text, at);
    if (at == text.size()) break;
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      if (at == std::string_view::npos) break;
    } else if (c == '{' || c == '[') {
      if (depth == kDepthMax)
        return fail(ErrorCode::limit_exceeded, "brackets are nested too deep", fmt::format("byte {}", at));
      open[depth++] = c == '{' ? '}' : ']';
      ++at;
    } else {
      if (open[--depth] != c) return malformed("a bracket closes another kind", at);
      ++at;
      if (depth == 0) return at;
    }
  }
  return malformed("the text ends inside a value", start);
}

}  // namespace

Cursor::Cursor(std::string_view text, std::size_t at) : text_(text), at_(at) {
  if (at_ == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

void Cursor::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
    ++at_;
}

char Cursor::peek() {
  skip_space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool Cursor::enter_object() {
  if (peek() != '{') return false;
  ++at_;
  return true;
}

bool Cursor::enter_array() {
  if (peek() != '[') return false;
  ++at_;
  return true;
}

Result<std::optional<std::string_view>> Cursor::next_member() {
  if (peek() == ',') ++at_;
  const char c = peek();
  if (c == '}') {
    ++at_;
    return std::nullopt;
  }
  if (c != '"') return malformed("neither a member nor the end of the object", at_);
  const std::size_t end = end_of_string(text_, at_);
  if (end == std::string_view::npos) return malformed("the text ends inside a name", at_);
  const std::string_view name = text_.substr(at_ + 1, end - at_ - 2);
  at_ = end;
  if (peek() != ':') return malformed("a name is not followed by a colon", at_);
  ++at_;
  return name;
}

Result<bool> Cursor::next_element() {
  if (peek() == ',') ++at_;
  const char c = peek();
  if (c == ']') {
    ++at_;
    return false;
  }
  if (c == '\0' || c == '}' || c == ':' || c == ',')
    return malformed("neither an element nor the end of the array", at_);
  return true;
}

Result<Value> Cursor::take() {
  const char c = peek();
  const std::size_t start = at_;
  if (c == '{' || c == '[') {
    at_ = TRY(end_of_brackets(text_, at_));
  } else if (c == '"') {
    const std::size_t end = end_of_string(text_, at_);
    if (end == std::string_view::npos) return malformed("the text ends inside a string", start);
    at_ = end;
  } else {
    at_ = kBehindScalar.first_in(text_, at_);
    if (at_ == start) return malformed("there is no value here", start);
  }
  return Value{text_.substr(start, at_ - start), start};
}

std::optional<Value> Cursor::take_what_goes_on(std::size_t start) {
  if (start >= text_.size() || text_[start] != '{') return std::nullopt;
  constexpr std::string_view kSpace = " \n\r\t";
  std::size_t next = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
  if (next < text_.size() && text_[next] == ']') return std::nullopt;
  if (next < text_.size() && text_[next] == ',') {
    next = std::min(text_.find_first_not_of(kSpace, next + 1), text_.size());
    if (next < text_.size() && text_[next] == '{') return std::nullopt;
  }
  const auto end = end_by_lines(text_, start);
  return end && *end > at_ ? take_by_lines(start) : std::nullopt;
}

std::optional<Value> Cursor::take_by_lines(std::size_t start) {
  const auto end = end_by_lines(text_, start);
  if (!end) return std::nullopt;
  at_ = *end;
  return Value{text_.substr(start, at_ - start), start};
}

}  // namespace strongroom::capture::json
