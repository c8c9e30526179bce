/// Goes through JSON text of any size and hands over its items one by one: a JSON Lines file, an array of items, or an
/// object that holds them somewhere among members of its own. Memory does not grow with the text.
#pragma once

#include <string_view>

#include "base/error.h"
#include "capture/json/cursor.h"

namespace strongroom::capture::json {

/// What to do with the value at a path (paths as in survey.h).
enum class Step {
  enter,  ///< an object or array that holds items (anything else is taken as an item)
  item,
  aside,  ///< a member of the frame around the items
};

/// What a visitor finds an item to be.
enum class Found {
  sound,
  unsound,  ///< no JSON, no object, or too long to be looked at: its brackets and quotes may not be what they seem
};

/// The reader's side of a walk. Errors end it and are returned.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual Step step(std::string_view path, char first) = 0;
  /// Does nothing with what it finds unsound.
  virtual Result<Found> item(std::string_view path, const Value& value) = 0;
  /// An item that was found unsound, or that has no end by its brackets: where it ends by its lines (by_lines.h) if
  /// these say it, else by its brackets.
  virtual Result<void> unsound(const Value& value) = 0;
  /// Only inside `frame_begins` and `frame_ends`.
  virtual Result<void> aside(std::string_view path, const Value& value) = 0;
  /// An object at the top that is entered.
  virtual Result<void> frame_begins(std::uint64_t offset) = 0;
  virtual Result<void> frame_ends(std::uint64_t offset) = 0;
  /// From here on (to the end of the line or of the text) nothing can be told apart.
  virtual Result<void> broken(const Value& rest, const Error& why) = 0;
};

/// Line by line if `is_lines(text)`, else as one text.
Result<void> walk(std::string_view text, Visitor& visitor);

}  // namespace strongroom::capture::json
