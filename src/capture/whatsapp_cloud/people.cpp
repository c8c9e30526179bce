#include "capture/whatsapp_cloud/people.h"

#include <algorithm>

namespace strongroom::capture::whatsapp_cloud {
namespace {

// WhatsApp's first year, and a century after it.
constexpr std::int64_t kOldestPlausible = 1'230'768'000, kNewestPlausible = 4'102'444'800;

bool is_number(std::string_view text) {
  return text.size() >= 5 && text.size() <= 15 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_plus(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  return number;
}

void add_address(record::Person& person, std::string address) {
  if (address == person.id || std::ranges::find(person.addresses, address) != person.addresses.end()) return;
  person.addresses.push_back(std::move(address));
}

void add_names(record::Person& person, const UserNames& names) {
  if (!names.wa_id.empty()) add_address(person, "whatsapp:" + names.wa_id);
  if (!names.user_id.empty()) add_address(person, "whatsapp-user:" + names.user_id);
  if (!names.parent_user_id.empty()) add_address(person, "whatsapp-user:" + names.parent_user_id);
}

}  // namespace

std::string address_of(std::string_view wa_id) {
  const std::string_view digits = without_plus(wa_id);
  return is_number(digits) ? "tel:+" + std::string(digits) : "whatsapp:" + std::string(wa_id);
}

record::Person customer(const Change& change, const UserNames& names) {
  record::Person person;
  person.id = !names.wa_id.empty()     ? address_of(names.wa_id)
              : !names.user_id.empty() ? "whatsapp-user:" + names.user_id
                                       : "whatsapp:unknown";
  add_names(person, names);
  const json::Array* contacts = change.value ? json::array(*change.value, "contacts") : nullptr;
  if (contacts == nullptr) return person;
  for (const json::Any& any : *contacts) {
    const json::Object* contact = any.if_object();
    if (contact == nullptr) continue;
    const UserNames theirs{json::text_or_number(*contact, "wa_id"), json::text(*contact, "user_id"),
                           json::text(*contact, "parent_user_id")};
    const bool same = (!names.wa_id.empty() && names.wa_id == theirs.wa_id) ||
                      (!names.user_id.empty() && names.user_id == theirs.user_id);
    if (!same) continue;
    add_names(person, theirs);
    const json::Object* profile = json::object(*contact, "profile");
    if (profile == nullptr) continue;
    person.name = json::text(*profile, "name");
    const std::string username = json::text(*profile, "username");
    if (!username.empty()) add_address(person, "username:" + username);
  }
  return person;
}

record::Person business(const Change& change) {
  record::Person person;
  std::string digits;
  std::ranges::copy_if(change.phone, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  person.id = is_number(digits)          ? "tel:+" + digits
              : !change.phone_id.empty() ? "whatsapp-phone:" + change.phone_id
                                         : "whatsapp-account:" + change.account;
  if (!change.phone_id.empty()) add_address(person, "whatsapp-phone:" + change.phone_id);
  if (!change.account.empty()) add_address(person, "whatsapp-account:" + change.account);
  person.role = "self";
  return person;
}

record::Conversation conversation(const Change& change, const record::Person& customer,
                                  std::string_view group_id) {
  if (!group_id.empty())
    return {"whatsapp-cloud:group:" + std::string(group_id), {}, record::ConversationKind::group};
  return {"whatsapp-cloud:chat:" + change.phone_id + ":" + customer.id, customer.name,
          record::ConversationKind::direct};
}

record::SourceTime instant(const json::Object& object, std::string_view name,
                           std::vector<record::Doubt>& doubts) {
  record::SourceTime out;
  const auto seconds = json::integer(object, name);
  if (!seconds) {
    doubts.push_back({"no-time", "the notification gives no readable time"});
  } else if (*seconds < kOldestPlausible || *seconds > kNewestPlausible) {
    doubts.push_back({"implausible-time", "the time lies before WhatsApp or after 2099; it was not used"});
  } else {
    out.unix_ms = *seconds * 1000;
  }
  return out;
}

}  // namespace strongroom::capture::whatsapp_cloud
