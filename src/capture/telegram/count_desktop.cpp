#include "capture/json/survey.h"
#include "capture/telegram/desktop.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

using json::Heed;
using json::Mark;

/// Counts one file: a record for every message, for every reaction whose author is named, for every chat, and for
/// every other thing an account's export lists; one for what breaks off, one for what stands behind the end.
class Count {
 public:
  Count(std::string_view text, std::uint64_t item_bytes_max) : text_(text), item_bytes_max_(item_bytes_max) {}

  std::uint64_t run() {
    json::survey(text_, [this](const json::Seen& seen) { return see(seen); });
    // In an account, what stands before the first section is counted too; in a single chat it belongs to the chat.
    return found_ + (shape_ == Shape::single ? 0 : before_) + (head_breaks_off_ ? 1 : 0);
  }

 private:
  enum class Shape { undecided, single, account };
  /// What a value is that was not looked into.
  enum class Place { none, section, member, element, head, message };

  Heed see(const json::Seen& seen) {
    head_breaks_off_ = false;
    if (seen.mark == Mark::broken) return broken();
    if (seen.mark == Mark::end) return end(seen);
    const bool container = seen.mark == Mark::object || seen.mark == Mark::array;
    if (part_ != 0) {
      if (place_ == Place::message && depth_ == part_ + 4 &&
          seen.path.substr(path_size_) == "/reactions/[]/recent/[]")
        ++reactions_;
      depth_ += container ? 1 : 0;
      return Heed::enter;
    }
    place_ = Place::none;
    if (enters(seen)) {
      ++depth_;
      return Heed::enter;
    }
    start_ = seen.offset;
    path_size_ = seen.path.size();
    reactions_ = 0;
    is_object_ = seen.mark == Mark::object;
    if (!container) return add(0);
    part_ = depth_++;
    return Heed::item_with_x;
  }

  /// Whether the value holds what is counted one by one; else `place_` says what it is.
  bool enters(const json::Seen& seen) {
    const bool object = seen.mark == Mark::object, array = seen.mark == Mark::array;
    if (depth_ == 0) return true;
    if (chat_depth_ != 0 && depth_ >= chat_depth_) return enters_in_chat(seen);
    if (depth_ == 1) {
      const Section section = section_of(seen.path, object ? '{' : array ? '[' : ' ');
      if (shape_ == Shape::undecided && array && seen.path == "messages") {
        shape_ = Shape::single;
        chat_depth_ = 1;
        return enters_in_chat(seen);
      }
      if (section != Section::other) shape_ = Shape::account;
      section_ = section;
      name_size_ = seen.path.size();
      place_ = Place::section;
      return section != Section::other;
    }
    place_ = Place::element;
    if (depth_ == 2 && section_ != Section::array) return array && seen.path.substr(name_size_) == "/list";
    if (depth_ != 3 || section_ != Section::chats || !object) return false;
    chat_depth_ = 4;
    messages_begun_ = false;
    return true;
  }

  bool enters_in_chat(const json::Seen& seen) {
    if (depth_ == chat_depth_) {
      const std::size_t slash = chat_depth_ == 1 ? 0 : name_size_ + std::string_view("/list/[]/").size();
      if (!messages_begun_ && seen.mark == Mark::array && seen.path.substr(slash) == "messages") {
        messages_begun_ = true;
        ++found_;
        return true;
      }
      place_ = messages_begun_ ? Place::member : Place::head;
      return false;
    }
    place_ = Place::message;
    return false;
  }

  /// What was not looked into is over.
  Heed add(std::uint64_t length) {
    switch (place_) {
      case Place::section: ++(shape_ == Shape::undecided ? before_ : found_); break;
      case Place::message: found_ += is_object_ && length <= item_bytes_max_ ? 1 + reactions_ : 1; break;
      case Place::member:
      case Place::element: ++found_; break;
      case Place::head:
      case Place::none: break;
    }
    return Heed::enter;
  }

  Heed end(const json::Seen& seen) {
    --depth_;
    if (part_ != 0) {
      if (depth_ != part_) return Heed::enter;
      part_ = 0;
      return add(seen.offset + 1 - start_);
    }
    if (depth_ == 0) {
      const bool more = text_.find_first_not_of(" \t\r\n", seen.offset + 1) != std::string_view::npos;
      found_ += more ? 1 : 0;
      return Heed::stop;
    }
    if (chat_depth_ == 4 && depth_ == 3) {
      found_ += messages_begun_ ? 0 : 1;
      chat_depth_ = 0;
    }
    return Heed::enter;
  }

  /// A value is no JSON; or, outside of one, nothing can be told apart any more.
  Heed broken() {
    if (part_ == 0) {
      ++found_;
      return Heed::stop;
    }
    depth_ = part_;
    part_ = 0;
    is_object_ = false;
    head_breaks_off_ = place_ == Place::head;  // unless more is seen
    return add(0);
  }

  std::string_view text_;
  std::uint64_t item_bytes_max_;
  Shape shape_ = Shape::undecided;
  Section section_ = Section::other;
  Place place_ = Place::none;
  std::uint64_t found_ = 0, before_ = 0, reactions_ = 0, start_ = 0;
  std::size_t depth_ = 0;
  std::size_t part_ = 0;  ///< the depth of what is not looked into, if anything is
  std::size_t chat_depth_ = 0;  ///< of a chat's members, inside of one
  std::size_t name_size_ = 0, path_size_ = 0;
  bool messages_begun_ = false, is_object_ = false, head_breaks_off_ = false;
};

}  // namespace

Result<std::uint64_t> count_desktop(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += is_desktop(file.bytes)
                 ? Count(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax)).run()
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::telegram
