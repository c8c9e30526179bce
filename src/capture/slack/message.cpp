#include "capture/slack/message.h"

#include <algorithm>

#include "capture/slack/kinds.h"
#include "capture/slack/mrkdwn.h"
#include "record/time_text.h"

namespace strongroom::capture::slack {
namespace {

using record::Kind;
using record::Record;

/// What a subtype is; those not here are messages as any other, or unknown.
struct Subtype {
  std::string_view name;
  Kind kind;
  std::string_view role;  ///< of the person it happened to
};
constexpr Subtype kSubtypes[] = {
    {"channel_join", Kind::membership, "joined"},
    {"group_join", Kind::membership, "joined"},
    {"channel_leave", Kind::membership, "left"},
    {"group_leave", Kind::membership, "left"},
    {"channel_name", Kind::rename, ""},
    {"group_name", Kind::rename, ""},
    {"channel_topic", Kind::rename, ""},
    {"group_topic", Kind::rename, ""},
    {"channel_purpose", Kind::rename, ""},
    {"group_purpose", Kind::rename, ""},
    {"channel_archive", Kind::notice, ""},
    {"group_archive", Kind::notice, ""},
    {"channel_unarchive", Kind::notice, ""},
    {"group_unarchive", Kind::notice, ""},
    {"channel_convert_to_private", Kind::notice, ""},
    {"channel_posting_permissions", Kind::notice, ""},
    {"bot_add", Kind::notice, ""},
    {"bot_remove", Kind::notice, ""},
    {"bot_enable", Kind::notice, ""},
    {"bot_disable", Kind::notice, ""},
    {"reminder_add", Kind::notice, ""},
    {"message_replied", Kind::notice, ""},
    {"pinned_item", Kind::pin, ""},
    {"huddle_thread", Kind::call, ""},
    {"sh_room_created", Kind::call, ""},
    {"sh_room_shared", Kind::call, ""},
    {"tombstone", Kind::deletion, ""},
    {"message_changed", Kind::edit, ""},
    {"message_deleted", Kind::deletion, ""},
    {"bot_message", Kind::message, ""},
    {"me_message", Kind::message, ""},
    {"thread_broadcast", Kind::message, ""},
    {"reply_broadcast", Kind::message, ""},
    {"file_share", Kind::message, ""},
    {"file_comment", Kind::message, ""},
    {"file_mention", Kind::message, ""},
    {"assistant_app_thread", Kind::message, ""},
    {"document_mention", Kind::message, ""},
    {"joiner_notification", Kind::notice, ""},
    {"slackbot_response", Kind::message, ""},
};

record::Person author_of(const json::Object& message, const Surroundings& around) {
  const std::string user = json::text(message, "user"), bot = json::text(message, "bot_id");
  const std::string username = json::text(message, "username");
  if (user.empty() && bot.empty()) return {"name:" + username, username, {}, {}};
  record::Person out = around.directory.person(user.empty() ? bot : user);
  if (out.name.empty()) {
    if (const json::Object* profile = json::object(message, "user_profile")) {
      for (const std::string_view name : {"display_name", "real_name", "name"}) {
        if (out.name.empty()) out.name = json::text(*profile, name);
      }
    }
    if (const json::Object* profile = json::object(message, "bot_profile");
        profile != nullptr && out.name.empty())
      out.name = json::text(*profile, "name");
    if (out.name.empty() && !username.starts_with("<@")) out.name = username;
  }
  if (!user.empty() && !bot.empty()) out.addresses.push_back("slack:bot:" + bot);
  return out;
}

void set_text(Record& record, const std::string& mrkdwn, const Surroundings& around) {
  Shown text = shown(mrkdwn, around.directory);
  record.text = std::move(text.text);
  record.ranges = std::move(text.ranges);
  if (record.text != mrkdwn) record.extra["mrkdwn"] = mrkdwn;
}

record::Target target_of(const json::Object& message, const Surroundings& around) {
  record::Target out;
  out.native_id = json::text(message, "ts");
  out.author_id = author_of(message, around).id;
  out.sent_at_ms = milliseconds_of(out.native_id);
  out.text = shown(json::text(message, "text"), around.directory).text;
  return out;
}

void read_edited(Record& record, const json::Object& message) {
  const json::Object* edited = json::object(message, "edited");
  if (edited == nullptr) return;
  record.extra["edited"] = true;
  record.extra["edited_by"] = person_id(json::text(*edited, "user"));
  const std::string ts = json::text(*edited, "ts");
  record.extra["edited_at"] = milliseconds_of(ts) ? record::rfc3339(*milliseconds_of(ts)) : ts;
}

/// message_changed: the new text stands in `message`, the old in `previous_message` (live) or `previous`, `original`.
void read_change(Record& record, const json::Object& event, const Surroundings& around) {
  const json::Object* now = json::object(event, "message");
  const json::Object* before = nullptr;
  for (const std::string_view name : {"previous_message", "previous", "original"}) {
    if (before == nullptr) before = json::object(event, name);
  }
  if (now == nullptr && before == nullptr) {
    record.doubts.push_back({"edit-without-message", "a changed message is named and not given"});
    return;
  }
  record.target = target_of(before != nullptr ? *before : *now, around);
  if (now == nullptr) return;
  if (record.target->native_id.empty()) record.target->native_id = json::text(*now, "ts");
  record.author = author_of(*now, around);
  set_text(record, json::text(*now, "text"), around);
  read_files(record, *now, around);
  read_hangings(record, *now, around);
  if (read_blocks(record, *now, around)) record.extra["blocks"] = json::written(*now, "blocks");
  read_edited(record, *now);
}

void read_deletion(Record& record, const json::Object& event, const Surroundings& around) {
  const json::Object* before = json::object(event, "previous_message");
  if (before == nullptr) before = json::object(event, "original");
  if (before != nullptr) record.target = target_of(*before, around);
  if (!record.target) record.target = record::Target{};
  const std::string ts = json::text(event, "deleted_ts");
  if (!ts.empty()) record.target->native_id = ts;
  record.target->sent_at_ms = milliseconds_of(record.target->native_id);
  // Who deleted it is not said, unless the event names a user.
  if (json::text(event, "user").empty()) record.author.reset();
}

void read_kind(Record& record, const json::Object& message, const Surroundings& around) {
  const std::string subtype = json::text(message, "subtype");
  if (subtype.empty()) return;
  record.extra["subtype"] = subtype;
  const auto* const known = std::ranges::find(kSubtypes, std::string_view(subtype), &Subtype::name);
  if (known == std::end(kSubtypes)) {
    record.kind = Kind::notice;
    record.doubts.push_back({"unknown-kind", "a message of a subtype this parser does not know"});
    return;
  }
  record.kind = known->kind;
  if (record.kind == Kind::membership && record.author) {
    record::Person subject = *record.author;
    const std::string inviter = json::text(message, "inviter");
    subject.role = inviter.empty() ? known->role : "added";
    if (!inviter.empty()) record.author = around.directory.person(inviter);
    record.people.insert(record.people.begin(), std::move(subject));
  }
  if (subtype == "message_changed") read_change(record, message, around);
  if (subtype == "message_deleted") read_deletion(record, message, around);
  if (subtype == "message_replied") {
    if (const json::Object* inner = json::object(message, "message"))
      record.target = target_of(*inner, around);
  }
  if (subtype == "tombstone")
    record.target =
        record::Target{json::text(message, "ts"), {}, milliseconds_of(json::text(message, "ts")), {}};
}

Result<void> read_reactions(const json::Object& message, const Record& main, const Surroundings& around,
                            Emission& out) {
  const json::Array* reactions = json::array(message, "reactions");
  if (reactions == nullptr) return {};
  for (const json::Any& any : *reactions) {
    const json::Object* reaction = any.if_object();
    const json::Array* users = reaction == nullptr ? nullptr : json::array(*reaction, "users");
    if (users == nullptr) continue;
    for (const json::Any& user : *users) {
      Record record;
      record.kind = Kind::reaction;
      record.conversation = main.conversation;
      if (user.is_string()) record.author = around.directory.person(json::text_of_value(user));
      record.outgoing = record.author && around.directory.is_custodian(*record.author);
      record.text = ":" + json::text(*reaction, "name") + ":";
      record.target = record::Target{
          main.native_id, main.author ? main.author->id : std::string(), main.sent_at.unix_ms, {}};
      record.sent_at = main.sent_at;
      record.doubts.push_back({"no-own-time", "the source gives no time; this is that of the message"});
      TRY(out.emit(std::move(record)));
    }
  }
  return {};
}

/// More people reacted than are named.
bool reactions_are_cut(const json::Object& message) {
  const json::Array* reactions = json::array(message, "reactions");
  return reactions != nullptr && std::ranges::any_of(*reactions, [](const json::Any& any) {
           const json::Object* reaction = any.if_object();
           if (reaction == nullptr) return true;
           const json::Array* users = json::array(*reaction, "users");
           return json::unsigned_integer(*reaction, "count").value_or(0) >
                  (users == nullptr ? 0 : users->size());
         });
}

void read_thread(Record& record, const json::Object& message) {
  const std::string thread = json::text(message, "thread_ts");
  if (thread.empty()) return;
  record.extra["thread_ts"] = thread;
  if (thread == record.native_id) return;
  const std::string parent = json::text(message, "parent_user_id");
  record.reply_to =
      record::Target{thread, parent.empty() ? std::string() : person_id(parent), milliseconds_of(thread), {}};
}

}  // namespace

std::optional<std::int64_t> milliseconds_of(std::string_view timestamp) {
  if (!is_timestamp(timestamp)) return std::nullopt;
  std::int64_t out = 0;
  for (const char c : timestamp.substr(0, timestamp.size() - 3)) {
    if (c != '.') out = out * 10 + (c - '0');
  }
  return out;
}

record::Record message_record(const json::Object& message, const record::Conversation& conversation,
                              const Surroundings& around) {
  Record record;
  record.conversation = conversation;
  record.native_id = json::text_or_number(message, "ts");
  set_instant(record, milliseconds_of(record.native_id));
  record.author = author_of(message, around);
  record.people = around.directory.members_of(conversation);
  set_text(record, json::text(message, "text"), around);
  read_thread(record, message);
  read_edited(record, message);
  read_files(record, message, around);
  read_hangings(record, message, around);
  const bool blocks_say_more = read_blocks(record, message, around);
  read_kind(record, message, around);
  if (record.author && record.author->id == "name:") record.author.reset();
  record.outgoing = record.author && around.directory.is_custodian(*record.author);
  json::keep_rest(record, message,
                  {"type",
                   "ts",
                   "user",
                   "username",
                   "text",
                   "subtype",
                   "thread_ts",
                   "parent_user_id",
                   "edited",
                   "files",
                   "file",
                   "blocks",
                   "reactions",
                   "user_profile",
                   "bot_profile",
                   "message",
                   "previous_message",
                   "previous",
                   "original",
                   "slackdump_thread_replies",
                   "inviter",
                   "channel"});
  if (blocks_say_more) record.extra["blocks"] = json::written(message, "blocks");
  if (!json::text(message, "username").empty()) record.extra["username"] = json::text(message, "username");
  return record;
}

namespace {

Result<void> add_with_reactions(const json::Object& message, const record::Conversation& conversation,
                                const Surroundings& around, Emission& out) {
  Record record = message_record(message, conversation, around);
  if (reactions_are_cut(message)) {
    record.doubts.push_back({"reactions-cut", "more people reacted than the source names"});
    record.extra["reactions"] = json::written(message, "reactions");
  }
  TRY(out.emit(Record(record)));
  return read_reactions(message, record, around, out);
}

}  // namespace

Result<void> read_message(const json::Object& message, const record::Conversation& conversation,
                          const Surroundings& around, Emission& out) {
  TRY(add_with_reactions(message, conversation, around, out));
  const json::Array* replies = json::array(message, "slackdump_thread_replies");
  if (replies == nullptr) return {};
  for (const json::Any& reply : *replies) {
    const json::Object* object = reply.if_object();
    if (object == nullptr) {
      Record odd;
      odd.kind = Kind::notice;
      odd.conversation = conversation;
      odd.doubts.push_back({"unknown-kind", "a reply that is no object"});
      TRY(out.emit(std::move(odd)));
      continue;
    }
    TRY(add_with_reactions(*object, conversation, around, out));
  }
  return {};
}

}  // namespace strongroom::capture::slack
