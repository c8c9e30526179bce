#include <algorithm>
#include <array>

#include "capture/json/outline.h"
#include "capture/signal_cli/parser.h"

namespace strongroom::capture::signal_cli {
namespace {

using json::Outline;

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

/// One value of the file, or an array of them; sets `at` behind it.
std::uint64_t count_value(std::string_view text, std::uint64_t item_bytes_max, std::size_t& at) {
  Outline outline(text.substr(at));
  const std::size_t depth = text[at] == '[' ? 1 : 0;
  std::uint64_t found = 0;
  Line line;
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
      line.see(path.subspan(depth), outline.first(), began);
    } else if (began) {
      line = Line();
    } else {
      found += outline.first() != '{' || outline.length() > item_bytes_max ? 1 : line.records();
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
    ++found;  // no line of ours: up to the next one
    const std::size_t next = text.find("\n{", at);
    at = next == std::string_view::npos ? text.size() : next + 1;
  }
}

}  // namespace

Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += holds_envelopes(file.bytes)
                 ? count_file(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax))
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::signal_cli
