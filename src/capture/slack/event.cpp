#include "capture/slack/event.h"

#include <algorithm>
#include <array>

namespace strongroom::capture::slack {
namespace {

using record::Kind;
using record::Record;

/// Events that say how an application is doing, not what people did.
constexpr std::array<std::string_view, 17> kTechnical{"hello",
                                                      "goodbye",
                                                      "pong",
                                                      "reconnect_url",
                                                      "user_typing",
                                                      "presence_change",
                                                      "pref_change",
                                                      "im_open",
                                                      "im_close",
                                                      "group_open",
                                                      "group_close",
                                                      "accounts_changed",
                                                      "emoji_changed",
                                                      "dnd_updated",
                                                      "desktop_notification",
                                                      "update_thread_state",
                                                      "manual_presence_change"};

/// "channel" is an id, or an object with one.
std::string channel_id(const json::Object& event) {
  if (const json::Object* channel = json::object(event, "channel")) return json::text(*channel, "id");
  if (const json::Object* item = json::object(event, "item"); item != nullptr && !event.contains("channel"))
    return json::text(*item, "channel");
  const std::string id = json::text(event, "channel");
  return id.empty() ? json::text(event, "channel_id") : id;
}

void set_time(Record& record, const json::Object& event) {
  for (const std::string_view name : {"ts", "event_ts"}) {
    const std::string ts = json::text(event, name);
    if (const auto ms = milliseconds_of(ts)) {
      record.native_id = ts;
      set_instant(record, ms);
      return;
    }
  }
  if (const auto seconds = json::integer(event, "cache_ts");
      seconds && *seconds > 0 && *seconds < 100'000'000'000)
    set_instant(record, *seconds * 1000);
}

void read_reaction(Record& record, const json::Object& event, bool added) {
  record.kind = Kind::reaction;
  const std::string name = ":" + json::text(event, "reaction") + ":";
  if (added)
    record.text = name;
  else
    record.extra["removed"] = name;
  record.target = record::Target{};
  const json::Object* item = json::object(event, "item");
  if (item != nullptr) {
    record.target->native_id = json::text(*item, "ts");
    if (record.target->native_id.empty()) record.target->native_id = json::text(*item, "file");
    record.target->sent_at_ms = milliseconds_of(record.target->native_id);
    if (json::text(*item, "type") != "message") record.extra["item"] = json::written(event, "item");
  }
  const std::string author = json::text(event, "item_user");
  if (!author.empty()) record.target->author_id = person_id(author);
}

void read_marked(Record& record, const json::Object& event) {
  record.kind = Kind::receipt;
  record.extra["state"] = "read";
  record.target = record::Target{json::text(event, "ts"), {}, milliseconds_of(json::text(event, "ts")), {}};
}

void read_pin(Record& record, const json::Object& event, bool added) {
  record.kind = added ? Kind::pin : Kind::notice;
  const json::Object* item = json::object(event, "item");
  const json::Object* message = item == nullptr ? nullptr : json::object(*item, "message");
  if (message != nullptr)
    record.target = record::Target{json::text(*message, "ts"),
                                   {},
                                   milliseconds_of(json::text(*message, "ts")),
                                   json::text(*message, "text")};
  if (item != nullptr) record.extra["item"] = json::written(event, "item");
}

void read_channel_object(Record& record, const json::Object& event, const Surroundings& around) {
  const json::Object* channel = json::object(event, "channel");
  if (channel == nullptr) return;
  record.conversation = around.directory.learn_channel(*channel, "").conversation;
  record.people = around.directory.members_of(record.conversation);
  json::keep_rest(record, *channel, {"id", "members"}, "channel.");
}

void read_user_object(Record& record, const json::Object& event, const Surroundings& around) {
  const json::Object* user = json::object(event, "user");
  if (user == nullptr) return;
  record.kind = Kind::context;
  record.extra["object"] = "user";
  record.people = {around.directory.learn_user(*user)};
  json::keep_rest(record, *user, {}, "user.");
}

void read_by_type(Record& record, const json::Object& event, const std::string& type,
                  const Surroundings& around) {
  if (type == "reaction_added" || type == "reaction_removed")
    return read_reaction(record, event, type.ends_with("added"));
  if (type == "pin_added" || type == "pin_removed") return read_pin(record, event, type.ends_with("added"));
  if (type.ends_with("_marked")) return read_marked(record, event);
  if (type.starts_with("member_joined") || type.starts_with("member_left") || type == "group_join") {
    record.kind = Kind::membership;
    if (record.author) record.people = {*record.author};
    if (!record.people.empty()) record.people[0].role = type.starts_with("member_left") ? "left" : "joined";
    const std::string inviter = json::text(event, "inviter");
    if (!inviter.empty()) record.author = around.directory.person(inviter);
    return;
  }
  if (type == "channel_rename" || type == "group_rename" || type == "team_rename") record.kind = Kind::rename;
  if (std::ranges::find(kTechnical, type) != kTechnical.end()) {
    record.kind = Kind::context;
    record.extra["object"] = "live-event";
  }
  static constexpr std::string_view kFamilies[] = {"channel_", "group_",   "mpim_",  "im_",
                                                   "file_",    "subteam_", "team_",  "user_",
                                                   "bot_",     "star_",    "huddle_"};
  const bool known =
      record.kind != Kind::notice ||
      std::ranges::any_of(kFamilies, [&](std::string_view family) { return type.starts_with(family); });
  if (!known) record.doubts.push_back({"unknown-kind", "an event of a type this parser does not know"});
}

Record plain_event(const json::Object& event, const std::string& type, const Surroundings& around) {
  Record record;
  record.kind = Kind::notice;
  record.extra["event"] = type;
  set_time(record, event);
  const std::string channel = channel_id(event);
  if (!channel.empty()) record.conversation = around.directory.channel(channel);
  std::string user = json::text(event, "user");
  if (user.empty()) user = json::text(event, "user_id");
  if (!user.empty()) record.author = around.directory.person(user);
  record.outgoing = record.author && around.directory.is_custodian(*record.author);
  read_by_type(record, event, type, around);
  read_channel_object(record, event, around);
  read_user_object(record, event, around);
  if (record.sent_at.unix_ms == 0 && record.kind != Kind::context)
    record.doubts.push_back({"no-time", "the event gives no time"});
  // The address of a socket opens it; it stays in the original alone.
  json::keep_rest(record, event,
                  {"type", "ts", "event_ts", "user", "channel", "reaction", "item", "item_user", "url"});
  return record;
}

}  // namespace

record::Record event_record(const json::Object& event, const Surroundings& around) {
  const std::string type = json::text(event, "type");
  const json::Object* inner = json::object(event, "event");
  if (type == "event_callback" && inner != nullptr && json::text(*inner, "type") != type) {
    Record record = event_record(*inner, around);
    // The verification token stays in the original alone.
    json::keep_rest(record, event, {"type", "event", "token", "authed_users"}, "callback.");
    return record;
  }
  if (type != "message" && !(type.empty() && event.contains("text"))) return plain_event(event, type, around);
  Record record = message_record(event, around.directory.channel(json::text(event, "channel")), around);
  if (event.contains("reactions")) record.extra["reactions"] = json::written(event, "reactions");
  if (event.contains("slackdump_thread_replies"))
    record.extra["slackdump_thread_replies"] = json::written(event, "slackdump_thread_replies");
  return record;
}

record::Record context_record(const json::Object& object, std::string_view what) {
  Record record;
  record.kind = Kind::context;
  record.extra["object"] = std::string(what);
  record.native_id = json::text(object, "id");
  json::keep_rest(record, object, {"id"});
  return record;
}

}  // namespace strongroom::capture::slack
