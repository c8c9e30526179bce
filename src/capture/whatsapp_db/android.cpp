// The schema since 2021: one row of `message` and what the side tables say about it.
#include <fmt/format.h>

#include "capture/whatsapp_db/android_context.h"
#include "capture/whatsapp_db/android_sides.h"
#include "capture/whatsapp_db/kinds.h"
#include "capture/whatsapp_db/receipts.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::Kind;

/// The chats: one record each, and what messages need of them.
Result<void> read_chats(Reading& reading, AndroidContext& context) {
  auto rows = reading.database.query("SELECT * FROM chat ORDER BY _id");
  if (!rows) return reading.damaged("chat", rows.error());
  Row row(*rows);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    const std::int64_t id = row.integer("_id");
    context.add(id, row);
    record::Record out;
    out.kind = Kind::context;
    out.conversation = context.chat(id).conversation;
    out.native_id = fmt::format("chat/{}", out.conversation.id);
    out.extra["object"] = std::string("chat");
    if (row.integer("archived") != 0) out.extra["archived"] = true;
    if (row.integer("created_timestamp") > 0)
      out.sent_at = instant(row.integer("created_timestamp"), out.doubts);
    if (row.integer("ephemeral_expiration") > 0)
      out.expires_in_ms = static_cast<std::uint64_t>(row.integer("ephemeral_expiration")) * 1000;
    std::string original;
    database::append_row(original, "chat", *rows);
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("chat", more.error());
}

void set_sender(record::Record& out, Row& row, const AndroidContext& context,
                const AndroidContext::Chat& chat) {
  out.outgoing = row.integer("from_me") != 0;
  const std::int64_t sender = row.integer("sender_jid_row_id");
  record::Person author = out.outgoing    ? self()
                          : sender > 0    ? context.person(sender)
                          : chat.is_group ? record::Person{}
                                          : context.person(chat.jid_row);
  if (!author.id.empty()) out.author = std::move(author);
}

record::Record message_of(Row& row, const AndroidContext& context) {
  record::Record out;
  const auto& chat = context.chat(row.integer("chat_row_id"));
  out.conversation = chat.conversation;
  set_sender(out, row, context, chat);
  const std::string key = row.text("key_id");
  out.native_id = native_id(key, out.outgoing, out.author.value_or(record::Person{}));
  if (key == "-1") {  // the first row of every such database
    out.kind = Kind::context;
    out.extra["object"] = std::string("placeholder");
    return out;
  }
  out.text = row.text("text_data");
  out.sent_at = instant(row.integer("timestamp"), out.doubts);
  if (row.integer("received_timestamp") > 0 && !out.outgoing)
    out.received_at = instant(row.integer("received_timestamp"), out.doubts);
  const std::int64_t type = row.integer("message_type");
  const MessageType known = android_type(type);
  out.kind = known.kind;
  out.view_once = known.view_once;
  out.extra["message_type"] = row.text("message_type");
  if (!known.known)
    out.doubts.push_back(
        {"unknown-kind", fmt::format("message_type {} is not known; its rows are in the original", type)});
  if (out.kind == Kind::deletion)
    out.target = record::Target{out.native_id, out.author ? out.author->id : "", out.sent_at.unix_ms, {}};
  if (const std::int64_t at = row.integer("receipt_server_timestamp"); at > 0 && out.outgoing)
    out.extra["server_at_ms"] = static_cast<std::uint64_t>(at);
  if (row.integer("starred") != 0) out.extra["starred"] = true;
  if (row.has("status")) out.extra["status"] = row.text("status");
  return out;
}

Result<void> read_messages(Reading& reading, const AndroidContext& context) {
  auto rows = reading.database.query("SELECT * FROM message ORDER BY _id");
  if (!rows) return reading.damaged("message", rows.error());
  Row row(*rows);
  AndroidSides sides(reading, context);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    record::Record out = message_of(row, context);
    std::string original;
    database::append_row(original, "message", *rows);
    sides.add_all(row.integer("_id"), row.integer("message_type"), out, original);
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("message", more.error());
}

/// Reactions, votes and pins.
Result<void> read_add_ons(Reading& reading, const AndroidContext& context) {
  if (!reading.database.has_table("message_add_on")) return {};
  auto rows = reading.database.query("SELECT * FROM message_add_on ORDER BY _id");
  if (!rows) return reading.damaged("message_add_on", rows.error());
  Row row(*rows);
  AddOnSides sides(reading, context);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    record::Record out;
    const auto& chat = context.chat(row.integer("chat_row_id"));
    out.conversation = chat.conversation;
    set_sender(out, row, context, chat);
    out.native_id = native_id(row.text("key_id"), out.outgoing, out.author.value_or(record::Person{}));
    out.sent_at = instant(row.integer("timestamp"), out.doubts);
    std::string original;
    database::append_row(original, "message_add_on", *rows);
    sides.add_all(row, out, original);
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("message_add_on", more.error());
}

record::Record call_of(Row& row, const AndroidContext& context) {
  record::Record out;
  out.kind = Kind::call;
  const std::int64_t group = row.integer("group_jid_row_id");
  const record::Person other = context.person(row.integer("jid_row_id"));
  out.conversation = conversation_of(context.jid(group > 0 ? group : row.integer("jid_row_id")), {});
  out.outgoing = row.integer("from_me") != 0;
  if (out.outgoing) {
    out.author = self();
    if (!other.id.empty()) out.people = {other};
  } else if (!other.id.empty()) {
    out.author = other;
  }
  out.native_id = "call/" + row.text("call_id");
  out.sent_at = instant(row.integer("timestamp"), out.doubts);
  out.extra["video"] = row.integer("video_call") != 0;
  if (const std::int64_t seconds = row.integer("duration"); seconds >= 0)
    out.extra["duration_s"] = static_cast<std::uint64_t>(seconds);
  out.extra["call_result"] = row.text("call_result");
  return out;
}

Result<void> read_calls(Reading& reading, const AndroidContext& context) {
  if (!reading.database.has_table("call_log")) return {};
  auto rows = reading.database.query("SELECT * FROM call_log ORDER BY _id");
  if (!rows) return reading.damaged("call_log", rows.error());
  Row row(*rows);
  Side people(reading.database, "call_log_participant_v2", "call_log_row_id");
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    record::Record out = call_of(row, context);
    std::string original;
    database::append_row(original, "call_log", *rows);
    for (Row* p = people.first(row.integer("_id")); p != nullptr; p = people.next()) {
      record::Person person = context.person(p->integer("jid_row_id"));
      if (!person.id.empty()) out.people.push_back(std::move(person));
      database::append_row(original, people.table(), p->rows());
    }
    say_damage(out, {&people});
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("call_log", more.error());
}

}  // namespace

Result<void> read_android(Reading& reading) {
  if (!reading.database.has_column("message", "key_id")) return {};
  AndroidContext context = AndroidContext::load(reading.database, reading.doubts_of_first);
  TRY(read_chats(reading, context));
  TRY(read_messages(reading, context));
  TRY(read_add_ons(reading, context));
  TRY(read_calls(reading, context));
  return read_receipts(reading, context);
}

}  // namespace strongroom::capture::whatsapp_db
