/// A small reader of the HTML that Telegram Desktop writes: tags, attributes in double quotes, text with entities. It
/// never looks beyond the text it is given and needs no memory of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::capture::telegram {

struct Token {
  enum class Kind { text, open, close };
  Kind kind = Kind::text;
  std::string_view name;  ///< of a tag
  std::string_view attributes;  ///< between name and end, as written
  std::string_view text;  ///< entities not replaced
  bool empty = false;  ///< a tag that has no end: "br", "img", "<x/>"
};

/// Borrows the text.
class Markup {
 public:
  explicit Markup(std::string_view text) : text_(text) {}
  /// nullopt at the end. A "<" that no ">" follows is text.
  std::optional<Token> next();

 private:
  /// How far one search has come, and whether the quotes before it are odd in number.
  struct Search {
    std::size_t at = 0;
    bool odd = false;
  };
  std::size_t end_of_tag();

  std::string_view text_;
  std::size_t at_ = 0;
  Search here_;  ///< of `at_`
  Search
      ends_[2];  ///< the next ">" behind an even and behind an odd number of quotes; none is looked for twice
};

/// The value of an attribute, entities replaced; "" if it is absent.
std::string attribute(const Token& tag, std::string_view name);
/// Whether the attribute "class" has the word.
bool has_class(const Token& tag, std::string_view word);
/// "&lt;" and its like replaced; unknown ones stay.
std::string without_entities(std::string_view text);

}  // namespace strongroom::capture::telegram
