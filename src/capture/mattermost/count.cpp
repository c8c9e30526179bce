// What the bulk export's text is, and how many records it holds: by a second reading, without the parser.
#include <algorithm>

#include "capture/json/count.h"
#include "capture/mattermost/bulk.h"
#include "capture/tally.h"

namespace strongroom::capture::mattermost {
namespace {

/// "post/reactions/[]", "post/replies/[]", "post/replies/[]/reactions/[]", and of direct posts.
bool is_more(const json::Seen& seen) {
  std::string_view path = seen.path;
  if (path.starts_with("direct_")) path.remove_prefix(7);
  if (!path.starts_with("post/")) return false;
  path.remove_prefix(5);
  constexpr std::string_view kReply = "replies/[]";
  if (path.starts_with(kReply)) {
    path.remove_prefix(kReply.size());
    if (path.empty()) return true;
    if (path.starts_with('/')) path.remove_prefix(1);
  }
  return path == "reactions/[]";
}

}  // namespace

bool is_bulk(std::string_view text) {
  const json::Shape shape(text);
  if (shape.top() != '{') return false;
  static constexpr std::string_view kTypes[] = {"version", "scheme",         "role",       "emoji",
                                                "team",    "channel",        "user",       "bot",
                                                "post",    "direct_channel", "direct_post"};
  const std::string_view type = shape.at("type");
  if (std::ranges::find(kTypes, type) == std::end(kTypes) || !shape.has(type)) return false;
  if (type == "version") return shape.at("version") == "1";
  static constexpr std::string_view kMarks[] = {"name",    "username",     "create_at",
                                                "members", "participants", "message"};
  return std::ranges::any_of(
      kMarks, [&](std::string_view mark) { return shape.has(std::string(type) + "/" + std::string(mark)); });
}

std::uint64_t count_bulk(std::string_view text, const Limits& limits) {
  return json::count_items(
      text, std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax),
      [](std::string_view) { return json::Lies::item; }, is_more);
}

}  // namespace strongroom::capture::mattermost
