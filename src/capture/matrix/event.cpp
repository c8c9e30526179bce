#include "capture/matrix/event.h"

#include <algorithm>

#include "base/utf8.h"
#include "capture/instants.h"
#include "record/time_text.h"

namespace strongroom::capture::matrix {
namespace {

using record::Kind;
using record::Record;

/// Events that are between programs, or about what one user's program shows.
constexpr std::string_view kTechnical[] = {"m.typing",
                                           "m.presence",
                                           "m.tag",
                                           "m.direct",
                                           "m.push_rules",
                                           "m.dummy",
                                           "m.ignored_user_list",
                                           "m.recent_emoji",
                                           "m.invite_permission_config",
                                           "m.room_key",
                                           "m.forwarded_room_key",
                                           "m.room_key_request",
                                           "m.room_key.withheld",
                                           "m.marked_unread"};

bool is_technical(std::string_view type) {
  return std::ranges::find(kTechnical, type) != std::end(kTechnical) ||
         type.starts_with("m.key.verification.") || type.starts_with("m.secret") ||
         type.starts_with("m.cross_signing.") || type.starts_with("m.megolm_backup");
}

bool is_call(std::string_view type) {
  return type.starts_with("m.call.") || type == "m.call" || type.starts_with("m.rtc.") ||
         type.starts_with("org.matrix.msc3401.call") || type.starts_with("org.matrix.msc4143.rtc");
}

/// Stable and unstable names of the events of polls end alike.
std::string poll_part(std::string_view type) {
  for (const std::string_view prefix :
       {"m.poll.", "org.matrix.msc3381.poll.", "org.matrix.msc3381.v2.poll."}) {
    if (type.starts_with(prefix)) return std::string(type.substr(prefix.size()));
  }
  return {};
}

void read_message(Record& record, const json::Object& content, const Surroundings& around) {
  const std::string type = json::text(content, "msgtype");
  record.kind = Kind::message;
  record.text = json::text(content, "body");
  read_relation(record, content);
  if (record.kind == Kind::edit) {
    const json::Object* fresh = json::object(content, "m.new_content");
    around.media.read(record, fresh != nullptr ? *fresh : content);
  } else {
    strip_quotation(record);
    around.media.read(record, content);
    if (!record.attachments.empty() && record.text == record.attachments[0].name) record.text.clear();
  }
  if (type == "m.emote" && record.author) record.extra["emote"] = true;
  if (type == "m.key.verification.request") record.kind = Kind::notice;
  if (!type.empty()) record.extra["msgtype"] = type;
}

/// "m.text" of extensible events: a string, or an array of representations.
std::string extensible_text(const json::Object& object) {
  for (const std::string_view name : {"m.text", "org.matrix.msc1767.text", "body"}) {
    if (std::string text = json::text(object, name); !text.empty()) return text;
    const json::Array* list = json::array(object, name);
    const json::Object* first = list == nullptr || list->empty() ? nullptr : list->front().if_object();
    if (first != nullptr) return json::text(*first, "body");
  }
  return {};
}

void read_poll_start(Record& record, const json::Object& content) {
  record.kind = Kind::poll;
  record::Poll poll;
  const json::Object* start = json::object(content, "m.poll");
  if (start == nullptr) start = json::object(content, "org.matrix.msc3381.poll.start");
  const json::Object* question = start == nullptr ? nullptr : json::object(*start, "question");
  if (question != nullptr) poll.question = extensible_text(*question);
  const json::Array* answers = start == nullptr ? nullptr : json::array(*start, "answers");
  if (answers != nullptr) {
    for (const json::Any& any : *answers) {
      if (const json::Object* answer = any.if_object()) poll.options.push_back({extensible_text(*answer), 0});
    }
  }
  if (start != nullptr) poll.multiple = json::unsigned_integer(*start, "max_selections").value_or(1) > 1;
  record.text = poll.question;
  record.poll = std::move(poll);
}

void read_poll(Record& record, const json::Object& content, std::string_view part) {
  if (part == "start") return read_poll_start(record, content);
  record.kind = part == "end" ? Kind::poll_end : Kind::poll_vote;
  if (const json::Object* relates = json::object(content, "m.relates_to"))
    record.target = record::Target{json::text(*relates, "event_id"), {}, {}, {}};
}

void read_receipts(Record& record, const json::Object& content, const Surroundings& around) {
  record.kind = Kind::receipt;
  record.extra["state"] = "read";
  std::optional<std::int64_t> newest;
  for (const auto& [event, any] : content) {
    const json::Object* kinds = any.if_object();
    if (kinds == nullptr) continue;
    if (!record.target) record.target = record::Target{utf8::repaired(std::string_view(event)), {}, {}, {}};
    for (const auto& [kind, users_any] : *kinds) {
      const json::Object* users = users_any.if_object();
      if (users == nullptr) continue;
      for (const auto& [user, detail] : *users) {
        record.people.push_back(around.rooms.person({}, utf8::repaired(std::string_view(user))));
        record.people.back().role = "read";
        const json::Object* one = detail.if_object();
        const auto ts = one == nullptr ? std::nullopt : json::integer(*one, "ts");
        if (ts && (!newest || *ts > *newest)) newest = ts;
      }
    }
  }
  if (newest) set_instant(record, newest);
}

void read_redaction(Record& record, const json::Object& event, const json::Object& content) {
  record.kind = Kind::deletion;
  std::string redacts = json::text(event, "redacts");
  if (redacts.empty()) redacts = json::text(content, "redacts");
  record.target = record::Target{redacts, {}, {}, {}};
  record.text = json::text(content, "reason");
}

/// An event that was redacted stands where it was, empty: who did it and when is said beside.
void read_redacted(Record& record, const json::Object& event) {
  const json::Object* beside = json::object(event, "unsigned");
  const json::Object* because = beside == nullptr ? nullptr : json::object(*beside, "redacted_because");
  if (because == nullptr) return;
  record.extra["redacted"] = true;
  record.extra["redacted_by"] = json::text(*because, "sender");
  if (const auto when = json::integer(*because, "origin_server_ts"))
    record.extra["redacted_at"] = record::rfc3339(*when);
  if (record.kind == Kind::message || record.kind == Kind::edit) record.kind = Kind::deletion;
  if (record.kind == Kind::deletion && !record.target)
    record.target = record::Target{
        record.native_id, record.author ? record.author->id : std::string(), record.sent_at.unix_ms, {}};
}

void read_content(Record& record, const json::Object& event, const std::string& type,
                  const json::Object& content, const Surroundings& around) {
  const std::string poll = poll_part(type);
  if (type == "m.room.message" || type == "m.sticker") {
    read_message(record, content, around);
    if (type == "m.sticker" && !record.attachments.empty()) record.attachments[0].flavour = "sticker";
  } else if (type == "m.reaction") {
    record.kind = Kind::reaction;
    if (const json::Object* relates = json::object(content, "m.relates_to")) {
      record.text = json::text(*relates, "key");
      record.target = record::Target{json::text(*relates, "event_id"), {}, {}, {}};
    }
  } else if (type == "m.room.redaction") {
    read_redaction(record, event, content);
  } else if (!poll.empty()) {
    read_poll(record, content, poll);
  } else if (is_call(type)) {
    record.kind = Kind::call;
    record.extra["state"] = type.substr(type.rfind('.') + 1);
  } else if (type == "m.receipt") {
    read_receipts(record, content, around);
  } else if (type == "m.fully_read") {
    record.kind = Kind::receipt;
    record.extra["state"] = "read";
    record.target = record::Target{json::text(content, "event_id"), {}, {}, {}};
  } else if (is_technical(type)) {
    record.kind = Kind::context;
    record.extra["object"] = type;
  } else if (!read_state(record, event, type, content, around)) {
    record.kind = Kind::notice;
    record.doubts.push_back({"unknown-kind", "an event of a type this parser does not know"});
  }
}

/// Decrypts, or says why not. The type and content that are to be read.
std::pair<std::string, json::Object> opened(Record& record, const json::Object& content,
                                            const std::string& room, const Surroundings& around) {
  auto clear = around.keyring.open(content, room, record.native_id);
  if (!clear) {
    record.kind = Kind::notice;
    record.doubts.push_back({"encrypted", clear.error().what});
    record.extra["session_id"] = json::text(content, "session_id");
    read_relation(record, content);
    if (record.kind == Kind::edit) record.kind = Kind::notice;
    return {};
  }
  record.extra["decrypted"] = true;
  record.extra["session_id"] = clear->session;
  record.extra["message_index"] = std::uint64_t{clear->index};
  // Relations stand outside the ciphertext, for servers to see.
  if (content.contains("m.relates_to")) clear->content["m.relates_to"] = content.at("m.relates_to");
  return {std::move(clear->type), std::move(clear->content)};
}

}  // namespace

record::Conversation Rooms::room(const std::string& id) const {
  if (id.empty()) return {};
  const auto known = names_.find(id);
  return {"matrix:" + id, known == names_.end() ? std::string() : known->second,
          record::ConversationKind::group};
}

record::Person Rooms::person(const std::string& room, const std::string& user) const {
  const auto known = people_.find({room, user});
  return {"matrix:" + user, known == people_.end() ? std::string() : known->second, {}, {}};
}

record::Record event_record(const json::Object& event, const std::string& room, const Surroundings& around) {
  static const json::Object kNothing;
  Record record;
  std::string type = json::text(event, "type"), room_id = json::text(event, "room_id");
  if (room_id.empty()) room_id = room;
  record.conversation = around.rooms.room(room_id);
  record.native_id = json::text(event, "event_id");
  if (const std::string sender = json::text(event, "sender"); !sender.empty()) {
    record.author = around.rooms.person(room_id, sender);
    record.outgoing = around.rooms.is_custodian(*record.author);
  }
  record.extra["type"] = type;
  const json::Object* outer = json::object(event, "content");
  if (outer == nullptr) outer = &kNothing;
  json::Object inner;
  const json::Object* content = outer;
  const auto sent = json::integer(event, "origin_server_ts");
  if (sent) set_instant(record, sent);
  if (type == "m.room.encrypted" && !outer->empty()) {
    auto clear = opened(record, *outer, room_id, around);
    type = std::move(clear.first);
    inner = std::move(clear.second);
    content = &inner;
    if (!type.empty()) record.extra["type"] = type;
  }
  if (!type.empty()) read_content(record, event, type, *content, around);
  read_redacted(record, event);
  if (!sent && record.sent_at.unix_ms == 0 && record.kind != Kind::context && record.kind != Kind::receipt)
    record.doubts.push_back({"no-time", "the event gives no time"});
  // Keys of sessions and of files, and ciphertext, stay in the original alone.
  if (record.kind != Kind::context && content != &inner)
    json::keep_rest(record, *content,
                    {"body", "file", "msgtype", "ciphertext", "m.new_content", "session_key"}, "content.");
  else if (content == &inner)
    json::keep_rest(record, inner, {"body", "file", "msgtype", "m.new_content"}, "content.");
  json::keep_rest(record, event,
                  {"type", "content", "room_id", "event_id", "sender", "origin_server_ts", "unsigned",
                   "redacts", "signatures", "hashes", "auth_events", "prev_events", "user_id", "age"});
  return record;
}

}  // namespace strongroom::capture::matrix
