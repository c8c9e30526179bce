/// A small reader of the HTML that Telegram Desktop writes: tags, attributes in double quotes, text with entities. It
/// never looks beyond the text it is given and needs no memory of its own.
#pragma once

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
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t bracket_ = 0;  ///< the first ">" at or behind `at_`, once it was looked for
};

/// The value of an attribute, entities replaced; "" if it is absent.
std::string attribute(const Token& tag, std::string_view name);
/// Whether the attribute "class" has the word.
bool has_class(const Token& tag, std::string_view word);
/// "&lt;" and its like replaced; unknown ones stay.
std::string without_entities(std::string_view text);

}  // namespace strongroom::capture::telegram
