#include "capture/matrix/kinds.h"

#include <string>

#include "capture/json/survey.h"

namespace strongroom::capture::matrix {
namespace {

using json::Shape;

/// Of Matrix alone: a type of its own name space with content, or ids with its marks.
bool is_event(const Shape& shape, const std::string& prefix) {
  const std::string_view type = shape.at(prefix + "type");
  if (type.empty() || !shape.has(prefix + "content")) return false;
  const std::string_view sender = shape.at(prefix + "sender");
  const bool by_someone = sender.starts_with('@') && sender.find(':') != std::string_view::npos;
  const bool placed =
      shape.at(prefix + "event_id").starts_with('$') || shape.at(prefix + "room_id").starts_with('!');
  return type.starts_with("m.") || (by_someone && (placed || shape.has(prefix + "origin_server_ts")));
}

bool is_sync(const Shape& shape) {
  return shape.has("next_batch") && (shape.has("rooms") || shape.has("presence") || shape.has("to_device") ||
                                     shape.has("account_data") || shape.has("device_lists"));
}

}  // namespace

FileKind kind_of(std::string_view text) {
  if (text.substr(0, 256).find("-----BEGIN MEGOLM SESSION DATA-----") != std::string_view::npos)
    return FileKind::keys;
  const Shape shape(text);
  if (shape.top() == '[') return is_event(shape, "[]/") ? FileKind::events : FileKind::none;
  if (shape.top() != '{') return FileKind::none;
  if (is_event(shape, "")) return FileKind::events;
  for (const char* const list :
       {"chunk/[]/", "messages/[]/", "events/[]/", "pdus/[]/", "state/[]/", "events_before/[]/"}) {
    if (is_event(shape, list)) return FileKind::answer;
  }
  return is_sync(shape) ? FileKind::answer : FileKind::none;
}

}  // namespace strongroom::capture::matrix
