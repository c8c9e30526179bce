/// A second look at JSON text, for counting: tells every value and its path by brackets, quotes and colons alone. It
/// shares nothing with Cursor, so that a count does not repeat a mistake of a reader.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace strongroom::capture::json {

inline constexpr std::size_t kOutlineDepthMax = 256;

/// The names that lead to a value, outermost first; null for an element of an array. As written: escapes stay.
using Path = std::span<const std::string_view>;

/// Whether the path is exactly `names`; "" stands for an element, "*" for any element or member.
bool leads(Path path, std::initializer_list<std::string_view> names);

/// Borrows the text.
class Outline {
 public:
  enum class Event { begin, end, finished, cut };
  /// One value begins or ends (a string, number or literal does both, one after the other). `finished`: the outermost
  /// value is over and `at()` is behind it. `cut`: the text ends inside a value, or a bracket closes another kind.
  explicit Outline(std::string_view text);
  /// As if made anew: its room for 256 levels is not made anew with it.
  void restart(std::string_view text);
  Event next();

  Path path() const { return {names_.data() + 1, depth_}; }
  char first() const { return first_; }  ///< character of the value: '{', '[', '"' or another
  std::size_t length() const { return length_; }  ///< of the value that ended
  std::size_t at() const { return at_; }
  /// Something other than white space stands behind the outermost value.
  bool more_behind() const;

 private:
  Event open(char c);
  Event close(char c);
  Event scalar(std::size_t end);
  bool read_name();
  std::string_view text_;
  std::size_t at_ = 0, length_ = 0, depth_ = 0;
  char first_ = 0;
  bool begun_ = false;  ///< a string, number or literal whose end is to be told
  bool name_expected_ = false;
  std::array<std::string_view, kOutlineDepthMax + 1> names_{};
  std::array<char, kOutlineDepthMax + 1> kinds_{};
  std::array<std::size_t, kOutlineDepthMax + 1> starts_{};
};

}  // namespace strongroom::capture::json
