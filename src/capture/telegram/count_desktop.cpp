#include "capture/json/outline.h"
#include "capture/telegram/desktop.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

using json::Outline;

/// Counts one file: a record for every message, for every reaction whose author is named, for every chat, and for
/// every other thing an account's export lists.
class Counter {
 public:
  Counter(std::string_view text, std::uint64_t item_bytes_max)
      : outline_(text), item_bytes_max_(item_bytes_max) {}

  std::uint64_t count() {
    for (;;) {
      switch (outline_.next()) {
        case Outline::Event::begin: begin(); break;
        case Outline::Event::end: end(); break;
        case Outline::Event::finished: return total() + (outline_.more_behind() ? 1 : 0);
        case Outline::Event::cut: return total() + 1;
      }
    }
  }

 private:
  enum class Shape { undecided, single, account };

  /// In an account, what stands before the first section is counted too; in a single chat it belongs to the chat.
  std::uint64_t total() const { return found_ + (shape_ == Shape::single ? 0 : before_); }

  /// The path seen from the chat it leads into; nullopt outside of chats.
  std::optional<json::Path> in_chat() const {
    const json::Path path = outline_.path();
    if (shape_ == Shape::single) return path;
    if (shape_ != Shape::account || path.size() < 3 || !json::leads(path.first(3), {"*", "list", ""}))
      return std::nullopt;
    return section_of(path[0], '{') == Section::chats ? std::optional(path.subspan(3)) : std::nullopt;
  }

  void begin() {
    const json::Path path = outline_.path();
    if (path.size() == 1 && shape_ == Shape::undecided) {
      if (path[0] == "messages" && outline_.first() == '[')
        shape_ = Shape::single;
      else if (section_of(path[0], outline_.first()) != Section::other)
        shape_ = Shape::account;
    }
    if (path.size() == 1) section_ = section_of(path[0], outline_.first());
    if (path.size() == 2) is_list_ = path[1] == "list" && outline_.first() == '[';
    const auto inside = in_chat();
    if (!inside) return;
    if (inside->empty()) {
      chat_is_object_ = outline_.first() == '{';
      messages_begun_ = false;
    }
    if (inside->size() == 1 && !messages_begun_ && (*inside)[0] == "messages" && outline_.first() == '[') {
      messages_begun_ = in_messages_ = true;
      ++found_;
    }
    if (inside->size() == 2 && in_messages_) reactions_ = 0;
  }

  void end() {
    if (const auto inside = in_chat()) return end_in_chat(*inside);
    const json::Path path = outline_.path();
    if (path.size() == 1 && section_ == Section::other) {
      ++(shape_ == Shape::undecided ? before_ : found_);
    } else if (path.size() == 2 && section_ == Section::array) {
      ++found_;
    } else if (path.size() == 2 && section_ != Section::other && !is_list_) {
      ++found_;
    } else if (path.size() == 3 && section_ == Section::list && is_list_) {
      ++found_;
    }
  }

  void end_in_chat(json::Path inside) {
    if (inside.empty()) {
      if (!messages_begun_ || !chat_is_object_) ++found_;
    } else if (inside.size() == 1 && in_messages_) {
      in_messages_ = false;
    } else if (inside.size() == 1 && messages_begun_ && chat_is_object_) {
      ++found_;
    } else if (inside.size() == 2 && in_messages_) {
      found_ += outline_.length() > item_bytes_max_ || outline_.first() != '{' ? 1 : 1 + reactions_;
    } else if (in_messages_ && inside.size() == 6 && outline_path_is_reaction(inside)) {
      ++reactions_;
    }
  }

  static bool outline_path_is_reaction(json::Path inside) {
    return json::leads(inside, {"messages", "", "reactions", "", "recent", ""});
  }

  Outline outline_;
  std::uint64_t item_bytes_max_;
  Shape shape_ = Shape::undecided;
  Section section_ = Section::other;
  std::uint64_t found_ = 0, before_ = 0, reactions_ = 0;
  bool is_list_ = false, chat_is_object_ = true, messages_begun_ = false, in_messages_ = false;
};

}  // namespace

Result<std::uint64_t> count_desktop(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += is_desktop(file.bytes)
                 ? Counter(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax)).count()
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::telegram
