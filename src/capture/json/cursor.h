/// Walks JSON text of any size without a tree: finds where members and elements begin and end, and hands over the text
/// of one value at a time, for a real parser (Boost.JSON) to read. Memory does not grow with the text. It skips by
/// brackets and quotes only: what it hands over may still be malformed, and is then refused by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace strongroom::capture::json {

/// Brackets inside each other beyond this end the walk: `limit_exceeded`.
inline constexpr std::size_t kDepthMax = 256;

/// The text of one value and where it begins.
struct Value {
  std::string_view text;
  std::uint64_t offset = 0;
};

/// Borrows the text. After an error `at()` says where.
class Cursor {
 public:
  /// Skips a byte order mark.
  explicit Cursor(std::string_view text, std::size_t at = 0);

  /// The first character of the next value: '{', '[', '"' or another; 0 at the end (and for a zero: see `at()`).
  char peek();
  /// Steps into the object or array at the cursor; false if it is none.
  bool enter_object();
  bool enter_array();
  /// Inside an object: the next member's name as written between its quotes (escapes stay), the cursor before its
  /// value, which must be taken, skipped or entered and left. nullopt after the last. `malformed` where there is
  /// neither a name nor the end.
  Result<std::optional<std::string_view>> next_member();
  /// Inside an array: true with the cursor before the next element, false after the last.
  Result<bool> next_element();
  /// The value at the cursor, and the cursor after it. `malformed` if the text ends inside it.
  Result<Value> take();
  /// Where the element at `start` ends by its lines (by_lines.h), when its inside is broken, and the cursor behind it;
  /// nullopt if they do not say.
  std::optional<Value> take_by_lines(std::size_t start);
  /// Behind an element that was taken and began at `start`: the same, if neither the end of the array nor a comma and
  /// an object follow, and its lines go on. Its brackets have ended it too early.
  std::optional<Value> take_what_goes_on(std::size_t start);
  std::size_t at() const { return at_; }

 private:
  void skip_space();
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace strongroom::capture::json
