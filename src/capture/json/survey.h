/// A second, independent reading of JSON text: every value with the path of names that leads to it. For detection and
/// for the counts that check the parsers; shares nothing with Cursor or Boost.JSON, and builds nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace strongroom::capture::json {

/// What begins, ends or stands at a path.
enum class Mark {
  object,  ///< an object begins
  array,
  end,  ///< the object or array of this path ends
  text,
  other,  ///< a number or a word
  broken,  ///< malformed: the item of this path, or (path of no item) the rest of the text
};

/// Paths are member names as written, joined by '/', with "[]" for an element: "messages/[]/ts". The value at the top
/// itself is "".
struct Seen {
  std::string_view path;
  Mark mark = Mark::other;
  std::string_view text;  ///< of `text` what stands between the quotes, of `other` the word
  std::uint64_t offset = 0;
};

/// The answer to the beginning of an object or array; of other values it does not matter, but for `stop`.
enum class Heed {
  enter,  ///< a container of items: read leniently, as json::walk does
  item,  ///< what lies inside is strict JSON; if it is not, `broken` comes and the reading goes on behind it: where its
  ///< lines say that it ends (by_lines.h has the reader's side of that), else its brackets
  item_with_x,  ///< the same, but \x1F is a sound escape: what Telegram Desktop writes
  stop,  ///< enough was seen
};

/// Reads one value after the other until the end. Depth within an item: at most 128.
void survey(std::string_view text, const std::function<Heed(const Seen&)>& see);

/// True if the text is one value a line (JSON Lines): its first line that is not blank holds a whole object.
bool is_lines(std::string_view text);

/// The text that detection looks at: the first 64 KiB.
inline constexpr std::size_t kDetectBytes = 64u << 10;

/// What the beginning of a text looks like: the first value of every path in its first 64 KiB, null left out.
class Shape {
 public:
  explicit Shape(std::string_view text);
  /// '{' or '[', or 0 for a text that begins otherwise (and has no paths).
  char top() const { return top_; }
  bool has(std::string_view path) const { return values_.contains(path); }
  /// A string as written between its quotes, or a word; "" for objects, arrays and what is not there.
  std::string_view at(std::string_view path) const;

 private:
  char top_ = '\0';
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace strongroom::capture::json
