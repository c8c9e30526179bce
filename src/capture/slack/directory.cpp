#include "capture/slack/directory.h"

#include <algorithm>

#include "capture/slack/kinds.h"

namespace strongroom::capture::slack {
namespace {

using record::ConversationKind;

constexpr std::size_t kMembersShown = 32;

std::string first_of(std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    if (!name.empty()) return name;
  }
  return {};
}

ConversationKind kind_of_channel(std::string_view id) {
  if (id.starts_with('D')) return ConversationKind::direct;
  return id.starts_with('C') || id.starts_with('G') ? ConversationKind::group : ConversationKind::unknown;
}

std::string folder_key(std::string_view directory, std::string_view folder) {
  return std::string(directory) + "/" + std::string(folder);
}

}  // namespace

std::string person_id(std::string_view id) {
  return (id.starts_with('B') ? "slack:bot:" : "slack:") + std::string(id);
}

record::Person Directory::learn_user(const json::Object& user) {
  record::Person out;
  const std::string id = json::text(user, "id");
  out.id = person_id(id);
  const std::string handle = json::text(user, "name");
  const json::Object* profile = json::object(user, "profile");
  if (profile != nullptr) {
    out.name = first_of({json::text(*profile, "display_name"), json::text(*profile, "real_name"),
                         json::text(user, "real_name"), handle});
    const std::string mail = json::text(*profile, "email"), phone = json::text(*profile, "phone");
    if (!mail.empty()) out.addresses.push_back("mailto:" + mail);
    if (!phone.empty()) out.addresses.push_back("tel:" + phone);
  } else {
    out.name = first_of({json::text(user, "real_name"), handle});
  }
  if (!handle.empty()) out.addresses.push_back("username:" + handle);
  if (!id.empty()) people_.insert_or_assign(id, out);
  return out;
}

const Channel& Directory::learn_channel(const json::Object& channel, std::string_view directory) {
  Channel out;
  const std::string id = json::text(channel, "id"), name = json::text(channel, "name");
  out.conversation = {"slack:channel:" + id, name, kind_of_channel(id)};
  if (const json::Array* members = json::array(channel, "members")) {
    for (const json::Any& member : *members) {
      out.members.push_back(json::text_of_value(member));
    }
  }
  if (const std::string user = json::text(channel, "user"); !user.empty()) out.members.push_back(user);
  std::erase_if(out.members, [](const std::string& member) { return !is_id(member, "UW"); });
  if (out.conversation.title.empty()) {
    for (const std::string& member : out.members)
      out.conversation.title += (out.conversation.title.empty() ? "" : ", ") + person(member).name;
  }
  for (const std::string& folder : {name, id}) {
    if (!folder.empty()) by_folder_.insert_or_assign(folder_key(directory, folder), id);
  }
  return channels_.insert_or_assign(id, std::move(out)).first->second;
}

record::Person Directory::person(std::string_view id) const {
  const auto known = people_.find(id);
  if (known != people_.end()) return known->second;
  return {person_id(id), id == "USLACKBOT" ? "Slackbot" : "", {}, {}};
}

record::Conversation Directory::channel(std::string_view id) const {
  const auto known = channels_.find(id);
  if (known != channels_.end()) return known->second.conversation;
  if (id.empty()) return {"slack:channel:", {}, ConversationKind::unknown};
  return {"slack:channel:" + std::string(id), {}, kind_of_channel(id)};
}

record::Conversation Directory::channel_of_folder(std::string_view directory, std::string_view folder) const {
  const auto known = by_folder_.find(folder_key(directory, folder));
  if (known != by_folder_.end()) return channel(known->second);
  if (is_id(folder, "CGD") && folder.size() >= 8) return channel(folder);
  return {"slack:name:" + std::string(folder), std::string(folder), ConversationKind::group};
}

std::vector<record::Person> Directory::members_of(const record::Conversation& conversation) const {
  std::vector<record::Person> out;
  constexpr std::string_view kPrefix = "slack:channel:";
  if (!conversation.id.starts_with(kPrefix)) return out;
  const auto known = channels_.find(std::string_view(conversation.id).substr(kPrefix.size()));
  if (known == channels_.end() || known->second.members.size() > kMembersShown) return out;
  for (const std::string& member : known->second.members) {
    out.push_back(person(member));
    out.back().role = "member";
  }
  return out;
}

std::string Directory::name_of_channel(std::string_view id) const {
  const auto known = channels_.find(id);
  return known == channels_.end() ? std::string() : known->second.conversation.title;
}

bool Directory::is_custodian(const record::Person& person) const {
  if (custodian_.empty()) return false;
  return person.name == custodian_ || person.id == "slack:" + custodian_ ||
         std::ranges::any_of(person.addresses, [this](const std::string& address) {
           return address.substr(address.find(':') + 1) == custodian_;
         });
}

}  // namespace strongroom::capture::slack
