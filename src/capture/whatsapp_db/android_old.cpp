// The schema up to 2021: one table `messages` for everything. Newer databases may still hold rows of it which were
// never moved to `message`.
#include <fmt/format.h>

#include "capture/whatsapp_db/android_context.h"
#include "capture/whatsapp_db/kinds.h"
#include "capture/whatsapp_db/receipts.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::Kind;

void set_sender(record::Record& out, Row& row, const std::string& chat) {
  out.outgoing = row.integer("key_from_me") != 0;
  const std::string resource = row.text("remote_resource");
  if (out.outgoing) {
    out.author = self();
  } else if (!resource.empty()) {
    out.author = person_of_jid(resource);
  } else if (out.conversation.kind == record::ConversationKind::direct) {
    out.author = person_of_jid(chat);
  }
}

void set_media(record::Record& out, Row& row, Reading& reading, std::string_view flavour) {
  if (!row.has("media_mime_type") && !row.has("media_hash")) return;
  record::Attachment a;
  a.name = row.text("media_name");
  a.media_type = row.text("media_mime_type");
  a.caption = row.text("media_caption");
  a.flavour = flavour;
  if (row.integer("media_size") > 0) a.size = static_cast<std::uint64_t>(row.integer("media_size"));
  if (!a.name.empty()) (void)reading.beside.settle_by_name(a, a.name);
  if (row.has("media_hash")) out.extra["file_sha256_base64"] = row.text("media_hash");
  if (row.integer("media_duration") > 0)
    out.extra["media_duration_s"] = static_cast<std::uint64_t>(row.integer("media_duration"));
  out.attachments.push_back(std::move(a));
}

/// A system line has status 6 and its action in media_size.
void set_system(record::Record& out, std::int64_t action_type) {
  const SystemAction action = android_action(action_type);
  out.kind = action.kind;
  out.attachments.clear();
  out.extra["action_type"] = fmt::format("{}", action_type);
  if (!action.change.empty()) out.extra["change"] = std::string(action.change);
  if (action.change.empty())
    out.doubts.push_back({"unknown-kind", fmt::format("action_type {} is not known", action_type)});
  if (out.kind == Kind::rename) out.extra["new_value"] = out.text;
}

record::Record message_of(Row& row, Reading& reading) {
  record::Record out;
  const std::string chat = row.text("key_remote_jid");
  const std::string key = row.text("key_id");
  out.conversation = conversation_of(chat, {});
  set_sender(out, row, chat);
  out.native_id = native_id(key, out.outgoing, out.author.value_or(record::Person{}));
  if (key == "-1") {
    out.kind = Kind::context;
    out.conversation = {"whatsapp:unknown", {}, {}};
    out.extra["object"] = std::string("placeholder");
    return out;
  }
  out.text = row.text("data");
  out.sent_at = instant(row.integer("timestamp"), out.doubts);
  if (row.integer("received_timestamp") > 0 && !out.outgoing)
    out.received_at = instant(row.integer("received_timestamp"), out.doubts);
  const std::int64_t type = row.integer("media_wa_type");
  const MessageType known = android_type(type);
  out.kind = known.kind;
  out.view_once = known.view_once;
  out.extra["message_type"] = row.text("media_wa_type");
  set_media(out, row, reading, known.flavour);
  if (row.integer("status") == 6 && type == 0) {
    set_system(out, row.integer("media_size"));
  } else if (!known.known) {
    out.doubts.push_back(
        {"unknown-kind", fmt::format("media_wa_type {} is not known; its row is in the original", type)});
  }
  if (type == 5 || type == 16) {
    out.extra["latitude"] = fmt::format("{}", row.real("latitude"));
    out.extra["longitude"] = fmt::format("{}", row.real("longitude"));
  }
  if (out.kind == Kind::deletion)
    out.target = record::Target{out.native_id, out.author ? out.author->id : "", out.sent_at.unix_ms, {}};
  for (const auto& [column, name] : {std::pair{"receipt_server_timestamp", "server_at_ms"},
                                     std::pair{"receipt_device_timestamp", "delivered_at_ms"},
                                     std::pair{"read_device_timestamp", "read_at_ms"},
                                     std::pair{"played_device_timestamp", "viewed_at_ms"}}) {
    if (const std::int64_t at = row.integer(column); at > 0 && out.outgoing)
      out.extra[name] = static_cast<std::uint64_t>(at);
  }
  if (row.integer("starred") > 0) out.extra["starred"] = true;
  if (row.integer("forwarded") > 0)
    out.extra["forward_score"] = static_cast<std::uint64_t>(row.integer("forwarded"));
  if (row.has("mentioned_jids")) out.extra["mentioned_jids"] = row.text("mentioned_jids");
  return out;
}

/// What was quoted lies in a table of the same columns.
void set_quoted(record::Record& out, Row& row, Side& quoted, std::string& original) {
  const std::int64_t id = row.integer("quoted_row_id");
  Row* found = id > 0 ? quoted.first(id) : nullptr;
  if (found == nullptr) return;
  const bool mine = found->integer("key_from_me") != 0;
  const std::string resource = found->text("remote_resource");
  const record::Person author =
      mine ? self() : person_of_jid(resource.empty() ? found->text("key_remote_jid") : resource);
  out.reply_to =
      record::Target{native_id(found->text("key_id"), mine, author), author.id, {}, found->text("data")};
  if (found->integer("timestamp") > 0) out.reply_to->sent_at_ms = found->integer("timestamp");
  database::append_row(original, quoted.table(), found->rows());
}

}  // namespace

Result<void> read_android_old(Reading& reading) {
  if (!reading.database.has_column("messages", "key_remote_jid")) return {};
  auto rows = reading.database.query("SELECT * FROM messages ORDER BY _id");
  if (!rows) {
    TRY(reading.damaged("messages", rows.error()));
    return read_old_receipts(reading);
  }
  Row row(*rows);
  Side quoted(reading.database, "messages_quotes", "_id");
  Side moved(reading.database, "message", "_id");
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    if (Row* same = moved.first(row.integer("_id"));
        same != nullptr && same->text("key_id") == row.text("key_id"))
      continue;
    record::Record out = message_of(row, reading);
    std::string original;
    database::append_row(original, "messages", *rows);
    set_quoted(out, row, quoted, original);
    say_damage(out, {&quoted, &moved});
    TRY(reading.take(std::move(out), original));
  }
  if (!more) TRY(reading.damaged("messages", more.error()));
  return read_old_receipts(reading);
}

}  // namespace strongroom::capture::whatsapp_db
