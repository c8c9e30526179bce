#include <algorithm>

#include "capture/discord/parser.h"
#include "capture/json/survey.h"

namespace strongroom::capture::discord {
namespace {

using json::Heed;
using json::Mark;

/// The head, every message, every user under a reaction, every member behind the messages; what breaks off, and what
/// stands behind the end.
class Count {
 public:
  Count(std::string_view text, std::uint64_t item_bytes_max) : text_(text), item_bytes_max_(item_bytes_max) {}

  std::uint64_t run() {
    json::survey(text_, [this](const json::Seen& seen) { return see(seen); });
    return found_ + (head_breaks_off_ ? 1 : 0);
  }

 private:
  Heed see(const json::Seen& seen) {
    head_breaks_off_ = false;
    if (seen.mark == Mark::end) return end(seen);
    if (seen.mark == Mark::broken) return broken();
    if (depth_ == 2 && inside_) begin_message(seen);
    if (depth_ == 6 && inside_ && seen.path == "messages/[]/reactions/[]/users/[]") ++users_;
    const bool container = seen.mark == Mark::object || seen.mark == Mark::array;
    if (depth_ == 1 && !begun_ && seen.path == "messages" && seen.mark == Mark::array) {
      begun_ = inside_ = true;
      ++found_;
      ++depth_;
      return Heed::enter;
    }
    if (!container) return add_part();
    const bool part = part_ == 0 && depth_ > 0;
    if (part) part_ = depth_;
    ++depth_;
    return part ? Heed::item : Heed::enter;
  }

  /// A message, or a member behind the messages, is over.
  Heed add_part() {
    if (depth_ == 2 && inside_) found_ += is_object_ && length_ <= item_bytes_max_ ? 1 + users_ : 1;
    if (depth_ == 1 && begun_) ++found_;
    return Heed::enter;
  }

  void begin_message(const json::Seen& seen) {
    users_ = 0;
    length_ = 0;
    start_ = seen.offset;
    is_object_ = seen.mark == Mark::object;
  }

  Heed end(const json::Seen& seen) {
    --depth_;
    if (depth_ == part_) part_ = 0;
    if (depth_ == 0) {
      found_ += begun_ ? 0u : 1u;
      found_ += text_.find_first_not_of(" \t\r\n", seen.offset + 1) == std::string_view::npos ? 0u : 1u;
      return Heed::stop;
    }
    if (depth_ == 1 && inside_) {
      inside_ = false;
      return Heed::enter;
    }
    if (depth_ == 2) length_ = seen.offset + 1 - start_;
    return add_part();
  }

  /// A message or member is no JSON; or, outside of one, nothing can be told apart any more.
  Heed broken() {
    if (part_ == 0) {
      ++found_;
      return Heed::stop;
    }
    depth_ = part_;
    part_ = 0;
    is_object_ = false;
    head_breaks_off_ = !begun_;  // unless more is seen
    return add_part();
  }

  std::string_view text_;
  std::uint64_t item_bytes_max_;
  std::uint64_t found_ = 0, users_ = 0, start_ = 0, length_ = 0;
  std::size_t depth_ = 0;
  std::size_t part_ = 0;  ///< the depth of what is read strictly, if anything is
  bool begun_ = false, inside_ = false, is_object_ = false, head_breaks_off_ = false;
};

}  // namespace

Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += is_export(file.bytes)
                 ? Count(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax)).run()
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::discord
