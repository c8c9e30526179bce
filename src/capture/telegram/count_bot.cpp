#include <algorithm>

#include "capture/json/count_values.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

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

}  // namespace

Result<std::uint64_t> count_updates(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found +=
        holds_updates(file.bytes)
            ? json::ValueCount<Value>(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax))
                  .count()
            : 1;
  }
  return found;
}

}  // namespace strongroom::capture::telegram
