#include "capture/discord/kinds.h"

#include <algorithm>
#include <array>

#include "record/time_text.h"

namespace strongroom::capture::discord {
namespace {

using record::Kind;

/// Numbered types that people see as messages: commands, starters of threads, context menus.
constexpr std::array<std::string_view, 4> kMessages{"20", "21", "23", "Reply"};
/// Lines Discord shows: boosts, followed channels, discovery, automatic moderation, stages, purchases.
constexpr std::array<std::string_view, 24> kNotices{
    "8",  "9",  "10", "11", "12", "14", "15", "16", "17", "22", "24", "25",
    "26", "27", "28", "29", "31", "32", "36", "37", "38", "39", "44", "ThreadCreated"};

void add_mentioned(const json::Object& message, std::string_view role, std::string_view own_role,
                   record::Record& out) {
  out.kind = Kind::membership;
  const json::Array* mentions = json::array(message, "mentions");
  if (mentions == nullptr) return;
  for (const json::Any& value : *mentions) {
    const json::Object* user = value.if_object();
    auto person = user == nullptr ? std::nullopt : person_of(*user);
    if (!person) continue;
    const bool own = out.author && out.author->id == person->id;
    person->role = own ? own_role : role;
    out.people.push_back(std::move(*person));
  }
}

void fill_call(const json::Object& message, record::Record& out) {
  out.kind = Kind::call;
  const auto ended = record::from_rfc3339(json::text(message, "callEndedTimestamp"));
  out.extra["state"] = std::string(ended ? "ended" : "started");
  if (!ended) return;
  if (*ended > 0) out.extra["ended_at_ms"] = static_cast<std::uint64_t>(*ended);
  if (*ended >= out.sent_at.unix_ms)
    out.extra["duration_s"] = static_cast<std::uint64_t>(*ended - out.sent_at.unix_ms) / 1000;
}

void fill_pin(const json::Object& message, record::Record& out) {
  out.kind = Kind::pin;
  if (const json::Object* reference = json::object(message, "reference"))
    out.target = record::Target{json::text_or_number(*reference, "messageId"), {}, {}, {}};
}

}  // namespace

std::optional<record::Person> person_of(const json::Object& user) {
  const std::string id = json::text_or_number(user, "id");
  const std::string account = json::text(user, "name");
  record::Person person{
      id.empty() ? std::string() : "discord:user:" + id, json::text(user, "nickname"), {}, {}};
  if (person.name.empty()) person.name = account;
  if (person.id.empty() && person.name.empty()) return std::nullopt;
  if (person.id.empty()) person.id = "name:" + person.name;
  const std::string discriminator = json::text_or_number(user, "discriminator");
  const bool numbered = discriminator.find_first_not_of('0') != std::string::npos;
  if (!account.empty())
    person.addresses.push_back("username:" + account + (numbered ? "#" + discriminator : ""));
  return person;
}

void fill_kind(const json::Object& message, const std::string& type, record::Record& out) {
  if (type == "Default" || type == "0" || type == "19" ||
      std::ranges::find(kMessages, type) != kMessages.end())
    return;
  out.extra["event"] = type;
  if (type == "Call" || type == "3") return fill_call(message, out);
  if (type == "ChannelPinnedMessage" || type == "6") return fill_pin(message, out);
  if (type == "RecipientAdd" || type == "1") return add_mentioned(message, "added", "joined", out);
  if (type == "RecipientRemove" || type == "2") return add_mentioned(message, "removed", "left", out);
  if (type == "GuildMemberJoin" || type == "7") {
    out.kind = Kind::membership;
    if (out.author) out.people.push_back(*out.author);
    if (out.author) out.people.back().role = "joined";
    return;
  }
  if (type == "ChannelNameChange" || type == "ChannelIconChange" || type == "4" || type == "5") {
    out.kind = Kind::rename;
    return;
  }
  out.kind = Kind::notice;
  if (type != "18" && std::ranges::find(kNotices, type) == kNotices.end())
    out.doubts.push_back({"unknown-kind", "a message of a type this program does not know"});
}

}  // namespace strongroom::capture::discord
