#include "capture/signal/directory.h"

#include <fmt/format.h>

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal {
namespace {

std::string joined(std::string_view given, std::string_view family) {
  std::string out(given);
  if (!out.empty() && !family.empty()) out += ' ';
  out += family;
  return out;
}

std::string role_name(frames::Group::Member::Role role) {
  return role == frames::Group::Member::ADMINISTRATOR ? "admin" : "member";
}

/// The name the custodian's own phone would show.
std::string shown_name(const frames::Contact& c) {
  for (const std::string& name : {joined(c.nickname().given(), c.nickname().family()),
                                  joined(c.systemgivenname(), c.systemfamilyname()), c.systemnickname(),
                                  joined(c.profilegivenname(), c.profilefamilyname()), c.username()}) {
    if (!name.empty()) return name;
  }
  return c.e164() != 0 ? fmt::format("+{}", c.e164()) : std::string{};
}

}  // namespace

std::string name_of_key(std::string_view key) {
  return codec::hex(
      BytesView(crypto::sha256({bytes_of("strongroom/signal-key-name"), bytes_of(key)})).first(16));
}

std::string uuid_text(std::string_view bytes) {
  std::string hex = codec::hex(bytes_of(bytes));
  if (bytes.size() != 16) return hex;
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, "-");
  return hex;
}

void Directory::declare(const frames::AccountData& account) {
  self_name_ = joined(account.givenname(), account.familyname());
  if (self_name_.empty()) self_name_ = account.username();
}

Directory::Known Directory::contact(const frames::Contact& c) const {
  Known out;
  std::vector<std::string> ids;
  if (!c.aci().empty()) ids.push_back("aci:" + uuid_text(c.aci()));
  if (!c.pni().empty()) ids.push_back("pni:" + uuid_text(c.pni()));
  if (c.e164() != 0) ids.push_back(fmt::format("tel:+{}", c.e164()));
  if (!c.username().empty()) ids.push_back("username:" + c.username());
  out.person.name = shown_name(c);
  if (!ids.empty()) {
    out.person.id = ids.front();
    out.person.addresses.assign(ids.begin() + 1, ids.end());
  }
  out.conversation = {"signal:direct:" + out.person.id, out.person.name, record::ConversationKind::direct};
  return out;
}

Directory::Known Directory::group(const frames::Group& g) const {
  Known out;
  const std::string id = "signal:group:" + name_of_key(g.masterkey());
  out.person = {id, g.snapshot().title().title(), {}, {}};
  out.conversation = {id, out.person.name, record::ConversationKind::group};
  for (const auto& member : g.snapshot().members())
    out.members.emplace_back(member.userid(), role_name(member.role()));
  for (const auto& pending : g.snapshot().memberspendingprofilekey())
    out.members.emplace_back(pending.member().userid(), "invited");
  for (const auto& asking : g.snapshot().memberspendingadminapproval())
    out.members.emplace_back(asking.userid(), "requesting");
  for (const auto& banned : g.snapshot().membersbanned()) out.members.emplace_back(banned.userid(), "banned");
  return out;
}

Directory::Known Directory::list(const frames::DistributionListItem& item) const {
  Known out;
  const std::string id = "signal:list:" + uuid_text(item.distributionid());
  out.person = {id, item.distributionlist().name(), {}, {}};
  out.conversation = {id, out.person.name, record::ConversationKind::broadcast};
  out.member_ids.assign(item.distributionlist().memberrecipientids().begin(),
                        item.distributionlist().memberrecipientids().end());
  return out;
}

void Directory::declare(const frames::Recipient& r) {
  Known known;
  switch (r.destination_case()) {
    case frames::Recipient::kContact:
      known = contact(r.contact());
      if (!r.contact().aci().empty()) by_service_id_[r.contact().aci()] = r.id();
      if (!r.contact().pni().empty()) by_service_id_["\x01" + r.contact().pni()] = r.id();
      undeclared_.erase(r.contact().aci());
      break;
    case frames::Recipient::kGroup:
      known = group(r.group());
      for (const auto& member : r.group().snapshot().members())
        if (member.userid().size() == 16 && !by_service_id_.contains(member.userid()))
          undeclared_.insert(member.userid());
      break;
    case frames::Recipient::kDistributionList: known = list(r.distributionlist()); break;
    case frames::Recipient::kSelf:
      known.person = {"self", {}, {}, "self"};  // named when asked for: the account may come later
      known.conversation = {"signal:note-to-self", "Note to Self", record::ConversationKind::note_to_self};
      break;
    case frames::Recipient::kReleaseNotes:
      known.person = {"signal:release-notes", "Signal", {}, {}};
      known.conversation = {"signal:release-notes", "Signal", record::ConversationKind::broadcast};
      break;
    case frames::Recipient::kCallLink: {
      const std::string id = "signal:call-link:" + name_of_key(r.calllink().rootkey());
      known.person = {id, r.calllink().name(), {}, {}};
      known.conversation = {id, r.calllink().name(), record::ConversationKind::group};
      break;
    }
    case frames::Recipient::DESTINATION_NOT_SET: break;
  }
  if (known.person.id.empty()) {
    known.person.id = fmt::format("signal:recipient:{}", r.id());
    known.conversation.id = known.person.id;
  }
  recipients_[r.id()] = std::move(known);
}

void Directory::declare(const frames::Chat& chat) { chats_[chat.id()] = chat.recipientid(); }

record::Person Directory::person(std::uint64_t recipient_id) const {
  const auto found = recipients_.find(recipient_id);
  if (found == recipients_.end()) return {fmt::format("signal:recipient:{}", recipient_id), {}, {}, {}};
  record::Person out = found->second.person;
  if (out.role == "self") out.name = self_name_;
  return out;
}

record::Person Directory::person_of_service_id(std::string_view bytes) const {
  if (const auto found = by_service_id_.find(bytes); found != by_service_id_.end())
    return person(found->second);
  if (bytes.size() == 17 && bytes.front() == '\x01') return {"pni:" + uuid_text(bytes.substr(1)), {}, {}, {}};
  return {"aci:" + uuid_text(bytes), is_own(bytes) ? self_name_ : std::string{}, {}, {}};
}

bool Directory::is_own(std::string_view service_id) const {
  return undeclared_.size() == 1 && *undeclared_.begin() == service_id;
}

record::Conversation Directory::conversation_with(std::uint64_t recipient_id) const {
  const auto found = recipients_.find(recipient_id);
  if (found != recipients_.end()) return found->second.conversation;
  return {fmt::format("signal:recipient:{}", recipient_id), {}, record::ConversationKind::unknown};
}

record::Conversation Directory::conversation(std::uint64_t chat_id) const {
  const auto found = chats_.find(chat_id);
  if (found != chats_.end()) return conversation_with(found->second);
  return {fmt::format("signal:chat:{}", chat_id), {}, record::ConversationKind::unknown};
}

std::vector<record::Person> Directory::members_of(std::uint64_t recipient_id) const {
  const auto found = recipients_.find(recipient_id);
  std::vector<record::Person> out;
  if (found == recipients_.end()) return out;
  const Known& known = found->second;
  for (const auto& [service_id, role] : known.members) {
    if (out.size() == kPeopleMax) return out;
    record::Person member = person_of_service_id(service_id);
    member.role = role;
    out.push_back(std::move(member));
  }
  for (const std::uint64_t id : known.member_ids) {
    if (out.size() == kPeopleMax) return out;
    out.push_back(person(id));
  }
  if (known.conversation.kind == record::ConversationKind::direct) out.push_back(known.person);
  return out;
}

std::vector<record::Person> Directory::members_of_chat(std::uint64_t chat_id) const {
  const auto found = chats_.find(chat_id);
  return found == chats_.end() ? std::vector<record::Person>{} : members_of(found->second);
}

}  // namespace strongroom::capture::signal
