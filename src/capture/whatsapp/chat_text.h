/// An exported chat cut into its items: every byte of the file belongs to exactly one of them, or to what stands
/// before the first header.
///
/// A line that looks like a header may be part of a message (someone pasted a chat). It is taken for text when
///   1. its wall clock is more than a day before the last header taken, and
///   2. no line in time order has its author, or it is framed otherwise than the file's first header.
/// Authors: what stands before the first ": ", unless the line is a known system line that has a ": " of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/whatsapp/dates.h"
#include "capture/whatsapp/header.h"
#include "capture/whatsapp/phrase_book.h"

namespace strongroom::capture::whatsapp {

/// One name messages stand under.
struct Author {
  std::string shown;  ///< without direction marks, as shown: "Ana", "~ Ana", "+33 6 12 34 56 78"
  std::uint64_t items = 0;  ///< how many items have it
};

inline constexpr std::uint32_t kNoAuthor = 0xFFFFFFFF;

struct Item {
  std::size_t begin = 0, end = 0;  ///< all its bytes, terminator included
  std::size_t body = 0;  ///< where the text begins
  WallSeconds wall{};
  Stamp stamp;
  std::uint32_t author = kNoAuthor;
  bool author_uncertain = false;  ///< taken for a system line by its unclosed quotation mark alone
  bool other_order = false;  ///< the file's date order gives no date here; another does
  bool holds_header_like = false;  ///< has a line that looks like a header and was taken for text
};

struct ChatText {
  std::string_view text;  ///< the whole file, borrowed
  std::size_t first_item = 0;  ///< bytes before this were not understood (0 if none)
  std::vector<Item> items;
  std::vector<Author> authors;
  Frame frame = Frame::dash;  ///< of the first header
  bool has_marks = false;  ///< U+200E is in the file: on iOS it then precedes all text of the application
  std::array<bool, 3> ambiguous{};  ///< by DateShape: the order was not decided by the file

  /// The text of an item without its final line terminator.
  std::string_view body_of(const Item& item) const;
};

/// Never fails: a file without headers has no items, and all its bytes before the first.
ChatText read_chat(std::string_view text, std::optional<DateOrder> stated, const PhraseBook& book);

/// True if one of the first five lines that are not blank begins with a header that is a possible date.
bool looks_like_chat(std::string_view text);

/// Calls `visit(offset, line)` for each line; `line` has no terminator. Returns early when `visit` says stop.
enum class Walk : std::uint8_t { on, stop };
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    const std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
    if (end == std::string_view::npos) end = text.size();
    if (end > at && text[end - 1] == '\r') --end;
    if (visit(at, text.substr(at, end - at)) == Walk::stop) return;
    at = next;
  }
}

}  // namespace strongroom::capture::whatsapp
