#include "capture/json/survey.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/char_set.h"

namespace strongroom::capture::json {
namespace {

constexpr CharSet kBehindWord(",]} \n\r\t");

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kItemDepthMax = 128;
constexpr std::size_t kDepthMax = 256;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kMarginMax = 64;
constexpr std::size_t kLineMax = 16u << 20;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_margin(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number by RFC 8259 §6.
bool is_number(std::string_view word) {
  std::size_t i = word.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < word.size() && is_digit(word[i])) ++i;
    return i > from;
  };
  const bool zero = i < word.size() && word[i] == '0';
  const std::size_t start = i;
  if (!digits() || (zero && i - start > 1)) return false;
  if (i < word.size() && word[i] == '.' && (++i, !digits())) return false;
  if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
    ++i;
    if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == word.size();
}

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Eight bytes at `at` of which none is a control or a backslash: no byte less 0x20, or less 1 after the backslash is
/// made zero, borrows.
bool eight_plain(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
  std::uint64_t word = 0;
  if (text.size() - at < sizeof word) return false;
  std::memcpy(&word, text.data() + at, sizeof word);
  const std::uint64_t slashes = word ^ ('\\' * kOnes);
  return (((word - 0x20 * kOnes) & ~word & kHigh) | ((slashes - kOnes) & ~slashes & kHigh)) == 0;
}

/// What stands between the quotes follows RFC 8259 §7 (UTF-8 is not looked at), but for `also` behind a backslash: then
/// come two hexadecimal digits.
bool is_sound_string(std::string_view text, char also) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (eight_plain(text, i)) i += 8;
    if (i == text.size()) return true;
    if (static_cast<unsigned char>(text[i]) < 0x20) return false;
    if (text[i] != '\\') continue;
    const char c = ++i < text.size() ? text[i] : '\0';
    if (c == 'u') {
      if (i + 4 >= text.size() || !std::ranges::all_of(text.substr(i + 1, 4), is_hex)) return false;
      i += 4;
    } else if (c == also && c != '\0') {
      if (i + 2 >= text.size() || !std::ranges::all_of(text.substr(i + 1, 2), is_hex)) return false;
      i += 2;
    } else if (std::string_view("\"\\/bfnrt").find(c) == kNone || c == '\0') {
      return false;
    }
  }
  return true;
}

class Survey {
 public:
  Survey(std::string_view text, const std::function<Heed(const Seen&)>& see) : text_(text), see_(see) {}

  void run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (!stopped_) {
      skip_space();
      if (levels_.empty() ? at_ >= text_.size() : false) return;
      if (!levels_.empty() && !step_inside()) continue;
      if (stopped_) return;
      value();
    }
  }

 private:
  struct Level {
    std::size_t path_size;  ///< of the container itself
    bool object;
    bool item;  ///< an item begins here
    std::size_t start;
    bool first = true;
  };

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool strict() const { return item_level_ != kNone; }

  Heed tell(Mark mark, std::string_view text, std::size_t offset) {
    const Heed heed = see_({path_, mark, text, offset});
    if (heed == Heed::stop) stopped_ = true;
    return heed;
  }

  /// Something does not follow the grammar: the item is lost, or everything from `from` on.
  void broken(std::size_t from) {
    if (strict()) {
      const Level item = levels_[item_level_];
      levels_.resize(item_level_);
      item_level_ = kNone;
      path_.resize(item.path_size);
      std::size_t end = item.object ? end_of_lines(item.start) : kNone;
      if (end == kNone) end = end_of_brackets(item.start);
      tell(Mark::broken, {}, item.start);
      if (end == kNone) stopped_ = true;
      at_ = end;
      return;
    }
    tell(Mark::broken, {}, from);
    stopped_ = true;
  }

  /// Before the next value of the innermost container: true if there is one.
  bool step_inside() {
    Level& level = levels_.back();
    const bool had_comma = peek() == ',';
    if (had_comma) {
      if (strict() && level.first) return broken(at_), false;
      ++at_;
      skip_space();
    }
    const char c = peek();
    if (c == (level.object ? '}' : ']')) {
      if (strict() && had_comma) return broken(at_), false;
      leave();
      return false;
    }
    if (strict() && !level.first && !had_comma) return broken(at_), false;
    if (c == '\0' || c == '}' || c == ']' || c == ':' || c == ',') return broken(at_), false;
    level.first = false;
    path_.resize(level.path_size);
    if (!level.object) {
      add_to_path("[]");
      return true;
    }
    return name();
  }

  bool name() {
    const std::size_t start = at_;
    if (peek() != '"') return broken(start), false;
    const std::size_t end = end_of_string(at_);
    if (end == kNone) return broken(start), false;
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 2);
    if (strict() && !is_sound_string(name, also_)) return broken(start), false;
    at_ = end;
    skip_space();
    if (peek() != ':') return broken(start), false;
    ++at_;
    skip_space();
    add_to_path(name.substr(0, kNameMax));
    return true;
  }

  void add_to_path(std::string_view name) {
    if (!path_.empty()) path_ += '/';
    path_ += name;
  }

  void leave() {
    const Level level = levels_.back();
    path_.resize(level.path_size);
    levels_.pop_back();
    if (item_level_ == levels_.size()) {
      item_level_ = kNone;
      const std::size_t end = level.object && !is_followed(at_ + 1) ? end_of_lines(level.start) : kNone;
      if (end != kNone && end > at_ + 1) {
        tell(Mark::broken, {}, level.start);
        at_ = end;
        return;
      }
    }
    tell(Mark::end, {}, at_++);
  }

  /// By the end of its array, or by a comma and an object.
  bool is_followed(std::size_t at) const {
    bool comma = false;
    for (; at < text_.size(); ++at) {
      if (is_space(text_[at])) continue;
      if (text_[at] != ',' || comma) return text_[at] == (comma ? '{' : ']');
      comma = true;
    }
    return false;
  }

  void value() {
    const char c = peek();
    if (c == '{' || c == '[') return container(c == '{');
    if (c == '"') return string();
    word();
  }

  void container(bool object) {
    if (strict() && levels_.size() - item_level_ >= kItemDepthMax) return broken(at_);
    if (levels_.size() >= kDepthMax) return broken(at_);
    const Heed heed = tell(object ? Mark::object : Mark::array, {}, at_);
    if (stopped_) return;
    const bool item = !strict() && (heed == Heed::item || heed == Heed::item_with_x);
    if (item) item_level_ = levels_.size();
    if (item) also_ = heed == Heed::item_with_x ? 'x' : '\0';
    levels_.push_back({path_.size(), object, item, at_});
    ++at_;
  }

  void string() {
    const std::size_t end = end_of_string(at_);
    if (end == kNone) return broken(at_);
    const std::string_view text = text_.substr(at_ + 1, end - at_ - 2);
    if (strict() && !is_sound_string(text, also_)) return broken(at_);
    tell(Mark::text, text, at_);
    at_ = end;
  }

  void word() {
    const std::size_t end = kBehindWord.first_in(text_, at_);
    const std::string_view word = text_.substr(at_, end - at_);
    if (word.empty()) return broken(at_);
    if (strict() && word != "true" && word != "false" && word != "null" && !is_number(word))
      return broken(at_);
    tell(Mark::other, word, at_);
    at_ = end;
  }

  std::size_t end_of_string(std::size_t at) const {
    // Most strings have no escape and end with the first quote.
    const std::size_t quote = text_.find('"', ++at);
    if (quote == kNone || text_.substr(at, quote - at).find('\\') == kNone)
      return quote == kNone ? kNone : quote + 1;
    for (; at < text_.size(); ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '"') {
        return at + 1;
      }
    }
    return kNone;
  }

  std::size_t end_of_brackets(std::size_t at) const {
    std::string open;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') {
        const std::size_t end = end_of_string(at);
        if (end == kNone) return kNone;
        at = end - 1;
      } else if (c == '{' || c == '[') {
        if (open.size() >= kDepthMax) return kNone;
        open += c == '{' ? '}' : ']';
      } else if (c == '}' || c == ']') {
        if (open.back() != c) return kNone;
        open.pop_back();
        if (open.empty()) return at + 1;
      }
    }
    return kNone;
  }

  /// Where the lines say that the object at `from` ends, if it begins one and is indented: a line with the same margin
  /// closes it or begins the next, a line with a smaller one ends the array.
  std::size_t end_of_lines(std::size_t from) const {
    std::size_t margin = 0;
    while (margin < from && margin <= kMarginMax && is_margin(text_[from - margin - 1])) ++margin;
    if (margin == 0 || margin > kMarginMax || margin == from || text_[from - margin - 1] != '\n')
      return kNone;
    for (std::size_t i = from; i < text_.size(); ++i) {
      if (text_[i] != '\n') continue;
      std::size_t column = 0;
      while (column < margin && i + 1 + column < text_.size() &&
             text_[i + 1 + column] == text_[from - margin + column])
        ++column;
      const bool same = column == margin;
      while (!same && i + 1 + column < text_.size() && is_margin(text_[i + 1 + column])) ++column;
      const char c = i + 1 + column < text_.size() ? text_[i + 1 + column] : '\0';
      if (same && is_margin(c)) continue;
      if (same && c == '{') return i + 1;
      if (c != (same ? '}' : ']') || !line_ends(i + 2 + column)) return kNone;
      return same ? i + 2 + column : i + 1;
    }
    return kNone;
  }

  /// At most a comma stands between here and the end of the line.
  bool line_ends(std::size_t at) const {
    for (const char passed : {',', '\r'}) {
      if (at < text_.size() && text_[at] == passed) ++at;
    }
    return at >= text_.size() || text_[at] == '\n';
  }

  std::string_view text_;
  const std::function<Heed(const Seen&)>& see_;
  std::size_t at_ = 0;
  std::string path_;
  std::vector<Level> levels_;
  std::size_t item_level_ = kNone;
  char also_ = '\0';  ///< of the item's escapes
  bool stopped_ = false;
};

}  // namespace

void survey(std::string_view text, const std::function<Heed(const Seen&)>& see) { Survey(text, see).run(); }

Shape::Shape(std::string_view text) {
  const std::size_t start = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (start == kNone || (text[start] != '{' && text[start] != '[')) return;
  top_ = text[start];
  survey(text.substr(0, kDetectBytes), [this](const Seen& seen) {
    if (seen.mark == Mark::broken) return Heed::stop;
    if (seen.mark == Mark::end) return Heed::enter;
    const bool scalar = seen.mark == Mark::text || seen.mark == Mark::other;
    if (seen.text != "null" || seen.mark == Mark::text)
      values_.try_emplace(std::string(seen.path), scalar ? seen.text.substr(0, 4096) : std::string_view());
    return values_.size() < 5000 ? Heed::enter : Heed::stop;
  });
}

std::string_view Shape::at(std::string_view path) const {
  const auto found = values_.find(path);
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

bool is_lines(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == kNone || text[start] != '{') return false;
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.size() > kLineMax) return false;
  bool whole = false;
  survey(line, [&](const Seen& seen) {
    if (seen.path.empty() && seen.mark == Mark::end) whole = true;
    return seen.path.empty() && seen.mark == Mark::end ? Heed::stop : Heed::enter;
  });
  return whole;
}

}  // namespace strongroom::capture::json
