#include <algorithm>

#include "capture/json/outline.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

using json::Outline;

/// What one Update holds: deleted messages and reactions count one by one, everything else once. The first member that
/// is an object says what the update is about.
class Update {
 public:
  void see(json::Path path, char first, bool began) {
    if (!began || path.empty()) return;
    if (path.size() == 1 && path[0] == "update_id") has_id_ = true;
    if (path.size() == 1 && path[0].data() != nullptr && first == '{' && !has_event_) {
      has_event_ = true;
      event_ = path[0];
    }
    if (path.size() != 3 || !has_event_ || path[0] != event_ || path[2].data() != nullptr) return;
    const bool counted = (event_ == "deleted_business_messages" && path[1] == "message_ids") ||
                         (event_ == "message_reaction" && path[1] == "new_reaction");
    items_ += counted ? 1 : 0;
  }
  bool has_id() const { return has_id_; }
  std::uint64_t records() const { return std::max<std::uint64_t>(1, items_); }

 private:
  std::string_view event_;
  std::uint64_t items_ = 0;
  bool has_id_ = false, has_event_ = false;
};

/// One value: an Update itself, or a list of them called "result".
class Value {
 public:
  void see(json::Path path, char first, bool began) {
    self_.see(path, first, began);
    if (path.size() < 2 || path[0] != "result" || path[1].data() != nullptr) return;
    const json::Path inside = path.subspan(2);
    if (!inside.empty()) return element_.see(inside, first, began);
    if (began) {
      element_ = Update();
    } else {
      listed_ += first == '{' ? element_.records() : 1;
    }
  }
  std::uint64_t records() const {
    return self_.has_id() ? self_.records() : std::max<std::uint64_t>(1, listed_);
  }

 private:
  Update self_, element_;
  std::uint64_t listed_ = 0;
};

std::uint64_t count_value(std::string_view text, std::uint64_t item_bytes_max, std::size_t& at) {
  Outline outline(text.substr(at));
  const std::size_t depth = text[at] == '[' ? 1 : 0;
  std::uint64_t found = 0;
  Value value;
  for (;;) {
    const Outline::Event event = outline.next();
    const json::Path path = outline.path();
    if (event == Outline::Event::cut) {
      const std::size_t next = text.find("\n{", at);
      at = next == std::string_view::npos ? text.size() : next + 1;
      return found + 1;
    }
    if (event == Outline::Event::finished) {
      at += outline.at();
      return found;
    }
    if (path.size() < depth) continue;
    const bool began = event == Outline::Event::begin;
    if (path.size() > depth) {
      value.see(path.subspan(depth), outline.first(), began);
    } else if (began) {
      value = Value();
    } else {
      found += outline.first() != '{' || outline.length() > item_bytes_max ? 1 : value.records();
    }
  }
}

std::uint64_t count_file(std::string_view text, std::uint64_t item_bytes_max) {
  std::uint64_t found = 0;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (;;) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (at == text.size()) return found;
    if (text[at] == '{' || text[at] == '[') {
      found += count_value(text, item_bytes_max, at);
      continue;
    }
    ++found;  // no update: up to the next line that may be one
    const std::size_t next = text.find("\n{", at);
    at = next == std::string_view::npos ? text.size() : next + 1;
  }
}

}  // namespace

Result<std::uint64_t> count_updates(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += holds_updates(file.bytes)
                 ? count_file(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax))
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::telegram
