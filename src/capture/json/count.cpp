#include "capture/json/count.h"

#include <algorithm>

namespace strongroom::capture::json {
namespace {

class Count {
 public:
  Count(std::uint64_t item_bytes_max, const std::function<Lies(std::string_view)>& lies,
        const std::function<bool(const Seen&)>& more)
      : item_bytes_max_(item_bytes_max), lies_(lies), more_(more) {}

  void add(std::string_view text) {
    inside_ = false;
    survey(text, [this](const Seen& seen) { return see(seen); });
  }
  std::uint64_t total() const { return total_; }

 private:
  Heed see(const Seen& seen) { return inside_ ? see_inside(seen) : see_outside(seen); }

  Heed see_inside(const Seen& seen) {
    const bool own = seen.path.size() == path_size_;
    const bool lost = seen.mark == Mark::broken || seen.offset - start_ >= item_bytes_max_;
    if (own && lost) pending_ = item_ ? 1 : 0;
    if (own && (seen.mark == Mark::broken || seen.mark == Mark::end)) {
      total_ += pending_;
      inside_ = false;
    } else if (item_ && seen.mark != Mark::end && more_(seen)) {
      ++pending_;
    }
    return Heed::item;
  }

  Heed see_outside(const Seen& seen) {
    if (seen.mark == Mark::end) return Heed::enter;
    if (seen.mark == Mark::broken) {
      ++total_;
      return Heed::enter;
    }
    const Lies lies = lies_(seen.path);
    const bool container = seen.mark == Mark::object || seen.mark == Mark::array;
    if (!container) {
      total_ += lies == Lies::aside ? 0u : 1u;
      return Heed::enter;
    }
    if (lies == Lies::frame) {
      total_ += seen.path.empty() && seen.mark == Mark::object ? 1u : 0u;
      return Heed::enter;
    }
    inside_ = true;
    item_ = lies == Lies::item;
    path_size_ = seen.path.size();
    start_ = seen.offset;
    pending_ = item_ ? 1 : 0;
    return Heed::item;
  }

  std::uint64_t item_bytes_max_;
  const std::function<Lies(std::string_view)>& lies_;
  const std::function<bool(const Seen&)>& more_;
  bool inside_ = false;
  bool item_ = false;
  std::size_t path_size_ = 0;
  std::uint64_t start_ = 0;
  std::uint64_t pending_ = 0, total_ = 0;
};

}  // namespace

std::uint64_t count_items(std::string_view text, std::uint64_t item_bytes_max,
                          const std::function<Lies(std::string_view path)>& lies,
                          const std::function<bool(const Seen&)>& more) {
  Count count(item_bytes_max, lies, more);
  if (!is_lines(text)) {
    count.add(text);
    return count.total();
  }
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    count.add(text.substr(at, end - at));
    at = end + 1;
  }
  return count.total();
}

}  // namespace strongroom::capture::json
