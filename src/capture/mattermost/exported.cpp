#include "capture/mattermost/exported.h"

#include <charconv>

#include "capture/instants.h"
#include "record/time_text.h"

namespace strongroom::capture::mattermost {

using record::Kind;

std::optional<std::int64_t> milliseconds(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

void settle(record::Record& record, const Exported& exported) {
  record.native_id = exported.post_id;
  set_instant(record, exported.created_ms);
  if (!exported.replied_to.empty()) record.reply_to = record::Target{exported.replied_to, {}, {}, {}};
  if (exported.updated_type.empty()) return;
  record.extra["update_type"] = exported.updated_type;
  if (exported.updated_ms) record.extra["updated_at"] = record::rfc3339(*exported.updated_ms);
  const std::string author = record.author ? record.author->id : std::string();
  if (exported.updated_type == "EditedOriginalMsg") {
    // The old text bears an id of its own; the post keeps its id and bears the new text.
    if (exported.edited_by_post_id.empty()) return;
    record.extra["post_id"] = exported.post_id;
    record.native_id = exported.edited_by_post_id;
  } else if (exported.updated_type == "EditedNewMsg") {
    record.kind = Kind::edit;
    record.target = record::Target{exported.post_id, author, exported.created_ms, {}};
    if (exported.updated_ms) set_instant(record, exported.updated_ms);
  } else if (exported.updated_type == "Deleted" || exported.updated_type == "FileDeleted") {
    record.kind = Kind::deletion;
    record.target = record::Target{record.native_id, author, exported.created_ms, record.text};
    record.text.clear();
    if (record.author) record.people.push_back(*record.author);
    record.author.reset();  // who deleted it is not said
    record.outgoing = false;
    if (exported.updated_ms) set_instant(record, exported.updated_ms);
  }
}

}  // namespace strongroom::capture::mattermost
