#include "capture/teams/events.h"

#include <algorithm>
#include <charconv>

namespace strongroom::capture::teams {
namespace {

using record::Kind;
using record::Record;

/// By what "@odata.type" begins with after "#microsoft.graph.", and the role of those it happened to.
struct Event {
  std::string_view name;
  Kind kind;
  std::string_view role;
};
constexpr Event kEvents[] = {
    {"membersAdded", Kind::membership, "added"},
    {"membersDeleted", Kind::membership, "removed"},
    {"membersJoined", Kind::membership, "joined"},
    {"membersLeft", Kind::membership, "left"},
    {"conversationMemberRoleUpdated", Kind::membership, "promoted"},
    {"chatRenamed", Kind::rename, ""},
    {"channelRenamed", Kind::rename, ""},
    {"teamRenamed", Kind::rename, ""},
    {"channelDescriptionUpdated", Kind::rename, ""},
    {"teamDescriptionUpdated", Kind::rename, ""},
    {"callStarted", Kind::call, ""},
    {"callEnded", Kind::call, ""},
    {"callRecording", Kind::call, ""},
    {"callTranscript", Kind::call, ""},
    {"messagePinned", Kind::pin, ""},
};

/// "PT1H2M3S" in seconds.
std::optional<std::uint64_t> seconds_of(std::string_view duration) {
  const std::size_t time = duration.find('T');
  if (!duration.starts_with('P') || time == std::string_view::npos) return std::nullopt;
  std::uint64_t total = 0;
  std::string_view rest = duration.substr(time + 1);
  while (!rest.empty()) {
    std::uint32_t number = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc() || end == rest.data() + rest.size()) return std::nullopt;
    std::size_t used = static_cast<std::size_t>(end - rest.data());
    const std::size_t unit_at = rest[used] == '.' ? rest.find('S', used) : used;
    if (unit_at == std::string_view::npos) return std::nullopt;
    const char unit = rest[unit_at];
    if (unit != 'H' && unit != 'M' && unit != 'S') return std::nullopt;
    total += std::uint64_t{number} * (unit == 'H' ? 3600u : unit == 'M' ? 60u : 1u);
    rest.remove_prefix(unit_at + 1);
  }
  return total;
}

void add_people(Record& record, const json::Array* list, std::string_view role) {
  if (list == nullptr) return;
  for (const json::Any& any : *list) {
    const json::Object* one = any.if_object();
    if (one == nullptr) continue;
    record::Person person = identity(*one, "user");
    if (const json::Object* participant = object(*one, "participant")) {
      const auto named = person_of(participant);
      if (named) person = *named;
    }
    person.role = std::string(role);
    record.people.push_back(std::move(person));
  }
}

void read_call(Record& record, const json::Object& detail, std::string_view name) {
  record.extra["state"] = std::string(name);
  if (const auto seconds = seconds_of(text(detail, "callDuration"))) record.extra["duration_s"] = *seconds;
  add_people(record, array(detail, "callParticipants"), "participant");
}

}  // namespace

void read_event(Record& record, const json::Object& detail) {
  std::string_view type;
  const std::string whole = json::text(detail, "@odata.type");
  type = std::string_view(whole).substr(whole.rfind('.') + 1);
  record.extra["event"] = std::string(type);
  if (const auto initiator = person_of(object(detail, "initiator"))) record.author = initiator;
  const auto* const known =
      std::ranges::find_if(kEvents, [&](const Event& event) { return type.starts_with(event.name); });
  if (known == std::end(kEvents)) {
    if (!type.ends_with("EventMessageDetail"))
      record.doubts.push_back({"unknown-kind", "a system message of a kind this parser does not know"});
    return;
  }
  record.kind = known->kind;
  if (record.kind == Kind::membership) {
    add_people(record, array(detail, "members"), known->role);
    add_people(record, array(detail, "conversationMemberRoles"), known->role);
    if (const auto user = object(detail, "conversationMemberUser")) {
      record.people.push_back(identity(*user, "user"));
      record.people.back().role = known->role;
    }
  }
  if (record.kind == Kind::call) read_call(record, detail, known->name);
}

}  // namespace strongroom::capture::teams
