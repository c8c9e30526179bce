#include "capture/slack/count.h"

#include <algorithm>

#include "capture/tally.h"

namespace strongroom::capture::slack {
namespace {

using json::Lies;
using json::Mark;

Lies lies(std::string_view path, FileKind kind) {
  if (kind == FileKind::events) return Lies::item;
  if (path.empty()) return Lies::frame;
  if (kind == FileKind::dump)
    return path == "messages" ? Lies::frame : path == "messages/[]" ? Lies::item : Lies::aside;
  if (kind != FileKind::start) return Lies::item;
  static constexpr std::string_view kLists[] = {"channels", "groups", "ims", "mpims", "users", "bots"};
  for (const std::string_view list : kLists) {
    if (path == list) return Lies::frame;
    if (path.starts_with(list) && path.substr(list.size()) == "/[]") return Lies::item;
  }
  return Lies::aside;
}

/// A person's reaction, or a reply that slackdump put inside.
bool is_more(const json::Seen& seen, std::string_view item) {
  if (!seen.path.starts_with(item)) return false;
  std::string_view rest = seen.path.substr(item.size());
  constexpr std::string_view kReply = "/slackdump_thread_replies/[]";
  if (rest.starts_with(kReply)) {
    rest.remove_prefix(kReply.size());
    if (rest.empty()) return true;
  }
  return rest == "/reactions/[]/users/[]";
}

}  // namespace

std::uint64_t count_file(const InputFile& file, FileKind kind, const Limits& limits) {
  const bool messages = kind == FileKind::day || kind == FileKind::dump;
  const std::string_view item = kind == FileKind::day ? "[]" : "messages/[]";
  return json::count_items(
      text_of(file.bytes), std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax),
      [kind](std::string_view path) { return lies(path, kind); },
      [&](const json::Seen& seen) { return messages && is_more(seen, item); });
}

}  // namespace strongroom::capture::slack
