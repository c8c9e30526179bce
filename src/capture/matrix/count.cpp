#include "capture/matrix/count.h"

#include <algorithm>

#include "capture/json/count.h"
#include "capture/tally.h"

namespace strongroom::capture::matrix {
namespace {

using json::Lies;

Lies lies(std::string_view path) {
  if (path.empty()) return Lies::frame;
  const bool element = path.ends_with("/[]");
  const std::string_view list = element ? path.substr(0, path.size() - 3) : path;
  static constexpr std::string_view kLists[] = {"chunk", "messages",      "events",      "pdus",
                                                "state", "events_before", "events_after"};
  const bool at_top = std::ranges::find(kLists, list) != std::end(kLists);
  const auto slashes = std::ranges::count(list, '/');
  const bool of_room = list.starts_with("rooms/") && slashes == 4 && list.ends_with("/events");
  const bool of_user =
      list == "presence/events" || list == "account_data/events" || list == "to_device/events";
  if (at_top || of_room || of_user) return element ? Lies::item : Lies::frame;
  if (path == "rooms" || (path.starts_with("rooms/") && slashes <= 3)) return Lies::frame;
  return path == "presence" || path == "account_data" || path == "to_device" ? Lies::frame : Lies::aside;
}

}  // namespace

std::uint64_t count_file(const InputFile& file, FileKind kind, const Limits& limits) {
  if (kind == FileKind::keys) return 1;
  const std::string_view text = text_of(file.bytes);
  const std::size_t start = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  const bool array = start != std::string_view::npos && text[start] == '[';
  return json::count_items(
      text, std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax),
      [&](std::string_view path) {
        if (kind == FileKind::answer) return lies(path);
        return array && path.empty() ? Lies::frame : Lies::item;
      },
      [](const json::Seen&) { return false; });
}

}  // namespace strongroom::capture::matrix
