#include <algorithm>

#include "capture/matrix/event.h"

namespace strongroom::capture::matrix {
namespace {

using record::Kind;
using record::Record;

/// State that people see as a line in the room and that has no kind of its own.
constexpr std::string_view kNotices[] = {"m.room.create",
                                         "m.room.power_levels",
                                         "m.room.join_rules",
                                         "m.room.history_visibility",
                                         "m.room.guest_access",
                                         "m.room.encryption",
                                         "m.room.server_acl",
                                         "m.room.tombstone",
                                         "m.room.third_party_invite",
                                         "m.room.policy",
                                         "m.space.child",
                                         "m.space.parent",
                                         "m.policy.rule.user",
                                         "m.policy.rule.room",
                                         "m.policy.rule.server",
                                         "m.room.related_groups",
                                         "m.room.bot.options",
                                         "im.vector.modular.widgets",
                                         "m.widget",
                                         "m.beacon_info"};

const json::Object* previous_content(const json::Object& event) {
  if (const json::Object* unsigned_part = json::object(event, "unsigned")) {
    if (const json::Object* previous = json::object(*unsigned_part, "prev_content")) return previous;
  }
  return json::object(event, "prev_content");
}

std::string role_of(const std::string& membership, const std::string& before, bool by_self) {
  if (membership == "join") return "joined";
  if (membership == "invite") return "invited";
  if (membership == "ban") return "banned";
  if (membership == "knock") return "knocked";
  if (membership != "leave") return membership;
  if (before == "ban") return "unbanned";
  return by_self ? "left" : "removed";
}

void read_member(Record& record, const json::Object& event, const json::Object& content,
                 const Surroundings& around) {
  const std::string user = json::text(event, "state_key"), name = json::text(content, "displayname");
  const std::string room = record.conversation.id.substr(record.conversation.id.find(':') + 1);
  const json::Object* before = previous_content(event);
  const std::string membership = json::text(content, "membership");
  const std::string was = before == nullptr ? std::string() : json::text(*before, "membership");
  record::Person person = around.rooms.person(room, user);
  if (!name.empty()) {
    person.name = name;
    around.rooms.name_person(room, user, name);
    if (record.author && record.author->id == person.id) record.author->name = name;
  }
  const bool changed = before != nullptr && membership == "join" && was == "join";
  record.kind = changed ? Kind::rename : Kind::membership;
  if (changed) record.extra["old_name"] = json::text(*before, "displayname");
  person.role = changed ? std::string() : role_of(membership, was, json::text(event, "sender") == user);
  record.people = {std::move(person)};
  record.text = json::text(content, "reason");
}

}  // namespace

bool read_state(Record& record, const json::Object& event, const std::string& type,
                const json::Object& content, const Surroundings& around) {
  if (type == "m.room.member") {
    read_member(record, event, content, around);
    return true;
  }
  if (type == "m.room.name" || type == "m.room.topic" || type == "m.room.avatar" ||
      type == "m.room.canonical_alias" || type == "m.room.aliases") {
    record.kind = Kind::rename;
    if (type == "m.room.name") {
      const std::string room = record.conversation.id.substr(record.conversation.id.find(':') + 1);
      around.rooms.name_room(room, json::text(content, "name"));
      record.conversation = around.rooms.room(room);
    }
    if (previous_content(event) != nullptr) record.extra["before"] = json::written(event, "unsigned");
    return true;
  }
  if (type == "m.room.pinned_events") {
    record.kind = Kind::pin;
    const json::Array* pinned = json::array(content, "pinned");
    if (pinned != nullptr && !pinned->empty() && pinned->back().is_string())
      record.target = record::Target{json::text_of_value(pinned->back()), {}, {}, {}};
    return true;
  }
  if (type == "m.room.retention" || type == "org.matrix.msc1763.retention") {
    record.kind = Kind::timer;
    record.extra["expires_in_ms"] = json::unsigned_integer(content, "max_lifetime").value_or(0);
    return true;
  }
  if (std::ranges::find(kNotices, std::string_view(type)) == std::end(kNotices)) return false;
  record.kind = Kind::notice;
  return true;
}

}  // namespace strongroom::capture::matrix
