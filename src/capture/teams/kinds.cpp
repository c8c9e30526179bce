#include "capture/teams/kinds.h"

#include <algorithm>

#include "capture/json/survey.h"

namespace strongroom::capture::teams {
namespace {

using json::Shape;

/// The members every message of Graph has, in either spelling.
bool is_message(const Shape& shape, const std::string& prefix) {
  const auto has = [&](const std::string& camel, const std::string& pascal) {
    return shape.has(prefix + camel) || shape.has(prefix + pascal);
  };
  return has("messageType", "MessageType") && has("createdDateTime", "CreatedDateTime") && has("id", "Id") &&
         (has("body", "Body") || has("eventDetail", "EventDetail") || has("from", "From"));
}

/// "https://graph.microsoft.com/v1.0/$metadata#chats(...)"
bool is_of_chats(std::string_view context) {
  const std::size_t metadata = context.find("$metadata#");
  if (metadata == std::string_view::npos) return false;
  const std::string_view set = context.substr(metadata + 10);
  return set.starts_with("chats") || set.starts_with("Collection(chatMessage)") ||
         (set.starts_with("teams(") && set.find("/channels(") != std::string_view::npos) ||
         (set.starts_with("users(") && set.find("/chats") != std::string_view::npos);
}

}  // namespace

FileKind kind_of(std::string_view text) {
  const Shape shape(text);
  if (shape.top() == '[') return is_message(shape, "[]/") ? FileKind::array : FileKind::none;
  if (shape.top() != '{') return FileKind::none;
  const bool of_chats = is_of_chats(shape.at("@odata.context"));
  if (is_message(shape, "value/[]/") || (of_chats && shape.has("value"))) return FileKind::answer;
  if (is_message(shape, "") || (of_chats && shape.has("id"))) return FileKind::entity;
  return FileKind::none;
}

}  // namespace strongroom::capture::teams
