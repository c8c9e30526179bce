#include <algorithm>
#include <array>

#include "capture/json/count_values.h"
#include "capture/signal_cli/parser.h"

namespace strongroom::capture::signal_cli {
namespace {

/// What one line holds: receipts count one by one, everything else once.
class Line {
 public:
  void see(json::Path path, char first, bool began) {
    for (std::size_t rank = 0; rank < kHolders.size(); ++rank) {
      const auto& holder = kHolders[rank];
      if (path.size() <= holder.size() || !std::ranges::equal(path.first(holder.size()), holder)) continue;
      const json::Path inside = path.subspan(holder.size());
      if (inside.size() == 1 && (inside[0] == "envelope" || inside[0] == "exception"))
        at_[rank].present = true;
      if (inside.size() > 1 && inside[0] == "envelope")
        see_member(inside.subspan(1), first, began, at_[rank]);
    }
  }
  std::uint64_t records() const {
    for (const Content& content : at_) {
      if (content.present) return records_of(content);
    }
    return 1;
  }

 private:
  struct Content {
    bool present = false, message = false, sync = false, sent = false, story = false, call = false,
         receipt = false;
    std::uint64_t reads = 0, timestamps = 0;
  };
  static constexpr std::array<std::string_view, 2> kDeep{"params", "result"};
  static constexpr std::array<std::span<const std::string_view>, 3> kHolders{
      std::span<const std::string_view>{}, std::span(kDeep).first(1), std::span(kDeep)};

  static void see_member(json::Path path, char first, bool began, Content& content) {
    const bool object = first == '{' && began;
    if (path.size() == 1 && object) {
      content.message = content.message || path[0] == "dataMessage" || path[0] == "editMessage" ||
                        path[0] == "storyMessage";
      content.sync = content.sync || path[0] == "syncMessage";
      content.call = content.call || path[0] == "callMessage";
      content.receipt = content.receipt || path[0] == "receiptMessage";
    }
    if (object && json::leads(path, {"syncMessage", "sentMessage"})) content.sent = true;
    if (object && json::leads(path, {"syncMessage", "sentStoryMessage"})) content.story = true;
    if (began && json::leads(path, {"syncMessage", "readMessages", ""})) ++content.reads;
    if (began && json::leads(path, {"receiptMessage", "timestamps", ""})) ++content.timestamps;
  }

  static std::uint64_t records_of(const Content& c) {
    if (c.message) return 1;
    if (c.sync) return std::max<std::uint64_t>(1, (c.sent ? 1u : 0u) + (c.story ? 1u : 0u) + c.reads);
    if (c.call || !c.receipt) return 1;
    return std::max<std::uint64_t>(1, c.timestamps);
  }

  std::array<Content, 3> at_{};
};

}  // namespace

Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += holds_envelopes(file.bytes)
                 ? json::ValueCount<Line>(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax))
                       .count()
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::signal_cli
