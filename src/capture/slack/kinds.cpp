#include "capture/slack/kinds.h"

#include <algorithm>
#include <array>

namespace strongroom::capture::slack {
namespace {

using json::Shape;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Events that bear neither a time nor anything else that is Slack's alone.
constexpr std::array<std::string_view, 20> kEventTypes{
    "user_typing",    "presence_change", "reconnect_url", "accounts_changed", "team_join",
    "user_change",    "bot_added",       "bot_changed",   "subteam_created",  "subteam_updated",
    "channel_marked", "group_marked",    "im_marked",     "mpim_marked",      "desktop_notification",
    "file_shared",    "pref_change",     "emoji_changed", "thread_marked",    "update_thread_state"};

bool is_message(const Shape& shape, const std::string& prefix) {
  return is_timestamp(shape.at(prefix + "ts")) &&
         (shape.at(prefix + "type") == "message" || shape.has(prefix + "subtype")) &&
         (shape.has(prefix + "text") || shape.has(prefix + "user") || shape.has(prefix + "bot_id") ||
          shape.has(prefix + "message") || shape.has(prefix + "deleted_ts"));
}

FileKind kind_of_array(const Shape& shape) {
  if (is_message(shape, "[]/")) return FileKind::day;
  if (is_id(shape.at("[]/id"), "UW") &&
      (shape.has("[]/profile") || shape.has("[]/team_id") || shape.has("[]/is_bot")))
    return FileKind::users;
  if (is_id(shape.at("[]/id"), "CGD") && shape.has("[]/created") &&
      (shape.has("[]/members") || shape.has("[]/name") || shape.has("[]/user")))
    return FileKind::channels;
  if (shape.has("[]/change_type") && shape.has("[]/date") && is_id(shape.at("[]/user_id"), "UWB"))
    return FileKind::logs;
  return FileKind::none;
}

FileKind kind_of_object(const Shape& shape) {
  if (is_message(shape, "messages/[]/")) return FileKind::dump;
  if (shape.has("ok") && shape.has("self") && is_id(shape.at("team/id"), "TE")) return FileKind::start;
  const std::string_view type = shape.at("type");
  if (type == "event_callback" && shape.has("event/type")) return FileKind::events;
  if (is_message(shape, "")) return FileKind::events;
  if (!type.empty() &&
      (is_timestamp(shape.at("event_ts")) || std::ranges::find(kEventTypes, type) != kEventTypes.end()))
    return FileKind::events;
  if (type == "group_join" && is_id(shape.at("channel"), "G")) return FileKind::events;
  if (shape.has("wee_slack_metadata/team") && !type.empty()) return FileKind::events;
  return FileKind::none;
}

}  // namespace

FileKind kind_of(std::string_view text) {
  const Shape shape(text);
  if (shape.top() == '[') return kind_of_array(shape);
  return shape.top() == '{' ? kind_of_object(shape) : FileKind::none;
}

bool is_timestamp(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && dot >= 8 && dot <= 11 && text.size() == dot + 7 &&
         std::ranges::all_of(text.substr(0, dot), is_digit) &&
         std::ranges::all_of(text.substr(dot + 1), is_digit);
}

bool is_id(std::string_view text, std::string_view letters) {
  return text.size() >= 3 && text.size() <= 32 && letters.find(text[0]) != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

}  // namespace strongroom::capture::slack
