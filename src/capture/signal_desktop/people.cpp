#include "capture/signal_desktop/people.h"

#include <fmt/format.h>

#include "capture/json/members.h"
#include "capture/signal/directory.h"
#include "codec/text.h"

namespace strongroom::capture::signal_desktop {
namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string service_address(const std::string& id) { return id.starts_with("pni:") ? id : "aci:" + id; }

/// Isolates around a name from the address book are no part of it.
std::string trimmed(std::string name) {
  constexpr std::string_view kFirst = "\u2068", kLast = "\u2069";
  if (!name.starts_with(kFirst) || !name.ends_with(kLast)) return name;
  return name.substr(kFirst.size(), name.size() - kFirst.size() - kLast.size());
}

/// `{"id":"uuid_id","value":"UUID.DEVICE"}`
std::string item(const database::Database& rows, std::string_view id) {
  auto found = rows.query("SELECT json FROM items WHERE id = ?");
  if (!found) return {};
  found->bind(1, id);
  const auto row = found->next();
  if (!row || !*row) return {};
  const auto value = json::parse(text_of(found->bytes(0)));
  if (!value || !value->is_object()) return {};
  const std::string text = json::text(value->get_object(), "value");
  return text.substr(0, text.find('.'));
}

}  // namespace

std::string column_text(const database::Rows& rows, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const int column = rows.column(name);
    if (column >= 0 && !rows.is_null(column)) return rows.text(column);
  }
  return {};
}

People People::read(const database::Database& rows) {
  People out;
  if (rows.has_table("items")) {
    out.own_service_id_ = lower(item(rows, "uuid_id"));
    out.own_number_ = item(rows, "number_id");
  }
  if (!rows.has_table("conversations")) return out;
  std::string columns = "id, json";
  for (const std::string_view name : {"type", "members", "name", "profileName", "profileFamilyName",
                                      "profileFullName", "e164", "serviceId", "uuid", "groupId"})
    if (rows.has_column("conversations", name)) columns += fmt::format(", {}", name);
  auto all = rows.query(fmt::format("SELECT {} FROM conversations ORDER BY id", columns));
  while (all && all->next().value_or(false)) out.take(*all);
  return out;
}

void People::take(const database::Rows& rows) {
  const std::string id = column_text(rows, {"id"});
  json::Object object;
  if (auto value = json::parse(text_of(rows.bytes(rows.column("json")))); value && value->is_object())
    object = std::move(value->get_object());
  const auto either = [&](std::initializer_list<std::string_view> names) {
    std::string out = column_text(rows, names);
    for (auto name = names.begin(); out.empty() && name != names.end(); ++name)
      out = json::text(object, *name);
    return out;
  };
  Known known;
  std::vector<std::string> ids;
  const std::string service = lower(either({"serviceId", "uuid"})), number = either({"e164"});
  const std::string pni = lower(json::text(object, "pni")), username = json::text(object, "username");
  if (!service.empty()) ids.push_back(service_address(service));
  if (!pni.empty() && pni != service) ids.push_back(service_address(pni));
  if (!number.empty()) ids.push_back("tel:" + number);
  if (!username.empty()) ids.push_back("username:" + username);
  std::string name = trimmed(either({"name"}));
  for (const std::string& other : {either({"profileFullName"}), either({"profileName"}), username, number}) {
    if (name.empty()) name = other;
  }
  const bool own = (!service.empty() && service == own_service_id_) ||
                   (service.empty() && !number.empty() && number == own_number_);
  if (own) ids.insert(ids.begin(), "self");
  if (ids.empty()) ids.push_back("signal:conversation:" + id);
  known.person = {ids.front(), name, {ids.begin() + 1, ids.end()}, own ? "self" : ""};
  known.conversation = {"signal:direct:" + known.person.id, name, record::ConversationKind::direct};
  if (own)
    known.conversation = {"signal:note-to-self", "Note to Self", record::ConversationKind::note_to_self};
  if (either({"type"}) == "group") {
    // Called as the phone's backup calls it, by the name of its master key.
    const auto key = codec::from_base64(json::text(object, "masterKey"));
    const std::string named = key && !key->empty() ? std::string(text_of(*key)) : either({"groupId"}) + id;
    known.person = {"signal:group:" + signal::name_of_key(named), name, {}, {}};
    known.conversation = {known.person.id, name, record::ConversationKind::group};
    if (const json::Array* members = json::array(object, "membersV2")) {
      for (const json::Any& member : *members) {
        if (const json::Object* one = member.if_object())
          known.members.push_back(lower(json::text(*one, one->contains("aci") ? "aci" : "uuid")));
      }
    }
  }
  if (!service.empty()) ids_.emplace(service, id);
  if (!number.empty()) ids_.emplace(number, id);
  by_id_[id] = std::move(known);
}

record::Person People::person(std::string_view reference) const {
  const std::string wanted = lower(std::string(reference));
  auto found = by_id_.find(reference);
  if (const auto id = ids_.find(wanted); found == by_id_.end() && id != ids_.end())
    found = by_id_.find(id->second);
  if (found != by_id_.end()) return found->second.person;
  if (!wanted.empty() && wanted == own_service_id_) return self();
  if (wanted.starts_with('+')) return {"tel:" + wanted, {}, {}, {}};
  if (wanted.size() == 36 || wanted.starts_with("pni:")) return {service_address(wanted), {}, {}, {}};
  return {"signal:conversation:" + std::string(reference), {}, {}, {}};
}

record::Person People::self() const {
  const auto id = ids_.find(own_service_id_.empty() ? own_number_ : own_service_id_);
  if (id != ids_.end()) return by_id_.find(id->second)->second.person;
  record::Person out{"self", {}, {}, "self"};
  if (!own_service_id_.empty()) out.addresses.push_back("aci:" + own_service_id_);
  return out;
}

record::Conversation People::conversation(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) return found->second.conversation;
  return {"signal:conversation:" + std::string(id), {}, record::ConversationKind::unknown};
}

std::vector<record::Person> People::members_of(std::string_view id) const {
  std::vector<record::Person> out;
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return out;
  if (found->second.conversation.kind != record::ConversationKind::group) {
    out.push_back(found->second.person);
    return out;
  }
  for (const std::string& member : found->second.members) {
    if (out.size() == signal::kPeopleMax) return out;
    out.push_back(person(member));
    if (out.back().role.empty()) out.back().role = "member";
  }
  return out;
}

}  // namespace strongroom::capture::signal_desktop
