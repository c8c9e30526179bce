#include "capture/signal_v1/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "capture/signal/directory.h"

namespace strongroom::capture::signal_v1 {
namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string joined(std::string given, const std::string& family) {
  if (!given.empty() && !family.empty()) given += ' ';
  return given + family;
}

/// As the phone shows it.
std::string shown_name(const Row& row) {
  const std::string nickname = joined(row.text({"nickname_given_name"}), row.text({"nickname_family_name"}));
  const std::string profile =
      joined(row.text({"profile_given_name", "signal_profile_name"}), row.text({"profile_family_name"}));
  for (const std::string& name :
       {row.text({"nickname_joined_name"}), nickname, row.text({"system_joined_name", "system_display_name"}),
        row.text({"profile_joined_name"}), profile, row.text({"username"}), row.text({"e164", "phone"})}) {
    if (!name.empty()) return name;
  }
  return {};
}

std::int64_t number_in(const std::string& text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

record::Extra whole(std::int64_t value) {
  if (value < 0) return value;
  return static_cast<std::uint64_t>(value);
}

int Row::column(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    if (const int column = rows_.column(name); column >= 0) return column;
  }
  return -1;
}
std::int64_t Row::integer(std::initializer_list<std::string_view> names, std::int64_t otherwise) const {
  const int found = column(names);
  return found < 0 || rows_.is_null(found) ? otherwise : rows_.integer(found);
}
std::string Row::text(std::initializer_list<std::string_view> names) const {
  const int found = column(names);
  return found < 0 || rows_.is_null(found) ? std::string{} : rows_.text(found);
}
Bytes Row::bytes(std::initializer_list<std::string_view> names) const {
  const int found = column(names);
  return found < 0 || rows_.is_null(found) ? Bytes{} : copy_of(rows_.bytes(found));
}

Result<People> People::read(const Replay& replay) {
  People out;
  if (replay.has("recipient", "_id")) {
    auto rows = TRY(replay.rows().query("SELECT * FROM recipient"));
    while (TRY(rows.next())) out.take_recipient(Row(rows), replay);
  }
  if (replay.has("groups", "group_id")) {
    auto rows = TRY(replay.rows().query("SELECT * FROM groups"));
    while (TRY(rows.next())) out.take_group(Row(rows));
  }
  if (replay.has("group_membership", "group_id")) {
    auto rows = TRY(replay.rows().query("SELECT group_id, recipient_id FROM group_membership"));
    while (TRY(rows.next())) out.members_[rows.text(0)].push_back(rows.integer(1));
  }
  if (replay.has("thread", "_id")) {
    auto rows = TRY(replay.rows().query("SELECT * FROM thread"));
    while (TRY(rows.next())) {
      const Row row(rows);
      out.threads_[row.integer({"_id"})] =
          number_in(row.text({"recipient_id", "thread_recipient_id", "recipient_ids"}));
    }
  }
  return out;
}

void People::take_recipient(const Row& row, const Replay& replay) {
  const std::int64_t id = row.integer({"_id"});
  Known known;
  std::vector<std::string> ids;
  const std::string aci = lower(row.text({"aci", "service_id", "uuid"}));
  std::string pni = lower(row.text({"pni"}));
  if (pni.starts_with("pni:")) pni.erase(0, 4);
  const std::string number = row.text({"e164", "phone"});
  const std::string username = row.text({"username"});
  if (!aci.empty()) ids.push_back("aci:" + aci);
  if (!pni.empty()) ids.push_back("pni:" + pni);
  if (!number.empty()) ids.push_back("tel:" + number);
  if (!username.empty()) ids.push_back("username:" + username);
  if (const std::string mail = row.text({"email"}); !mail.empty()) ids.push_back("mailto:" + mail);
  known.person.name = shown_name(row);
  known.group_id = row.text({"group_id"});
  const bool own = (!aci.empty() && aci == lower(replay.own_aci())) ||
                   (aci.empty() && !number.empty() && number == replay.own_number());
  if (own) {
    self_ = id;
    ids.insert(ids.begin(), "self");
    known.person.role = "self";
  }
  if (ids.empty()) ids.push_back(fmt::format("signal:recipient:{}", id));
  known.person.id = ids.front();
  known.person.addresses.assign(ids.begin() + 1, ids.end());
  known.conversation = {"signal:direct:" + known.person.id, known.person.name,
                        record::ConversationKind::direct};
  if (own)
    known.conversation = {"signal:note-to-self", "Note to Self", record::ConversationKind::note_to_self};
  if (!known.group_id.empty()) {
    by_group_[known.group_id] = id;
    known.person = {"signal:group:" + signal::name_of_key(known.group_id), {}, {}, {}};
    known.conversation = {known.person.id, {}, record::ConversationKind::group};
  }
  recipients_[id] = std::move(known);
}

/// Groups that have a master key are called as the newer backup calls them.
void People::take_group(const Row& row) {
  const auto found = by_group_.find(row.text({"group_id"}));
  const std::int64_t id = found != by_group_.end() ? found->second : row.integer({"recipient_id"});
  const auto known = recipients_.find(id);
  if (known == recipients_.end()) return;
  const Bytes key = row.bytes({"master_key"});
  if (!key.empty()) known->second.person.id = "signal:group:" + signal::name_of_key(text_of(key));
  known->second.person.name = row.text({"title"});
  known->second.conversation = {known->second.person.id, known->second.person.name,
                                record::ConversationKind::group};
  // Before group_membership: "12,17,40".
  const std::string group_id = row.text({"group_id"});
  std::string members = row.text({"members"});
  while (!members.empty()) {
    const std::size_t comma = std::min(members.find(','), members.size());
    if (const std::int64_t member = number_in(members.substr(0, comma)); member > 0)
      members_[group_id].push_back(member);
    members.erase(0, comma + 1);
  }
}

record::Person People::person(std::int64_t recipient) const {
  const auto found = recipients_.find(recipient);
  if (found != recipients_.end()) return found->second.person;
  return {fmt::format("signal:recipient:{}", recipient), {}, {}, {}};
}

std::int64_t People::recipient_of(std::int64_t thread) const {
  const auto found = threads_.find(thread);
  return found == threads_.end() ? 0 : found->second;
}

record::Conversation People::conversation_with(std::int64_t recipient) const {
  const auto found = recipients_.find(recipient);
  if (found != recipients_.end()) return found->second.conversation;
  return {fmt::format("signal:recipient:{}", recipient), {}, record::ConversationKind::unknown};
}

record::Conversation People::conversation_of(std::int64_t thread) const {
  const std::int64_t recipient = recipient_of(thread);
  if (recipient != 0) return conversation_with(recipient);
  return {fmt::format("signal:thread:{}", thread), {}, record::ConversationKind::unknown};
}

std::vector<record::Person> People::members_of(std::int64_t recipient) const {
  std::vector<record::Person> out;
  const auto known = recipients_.find(recipient);
  if (known == recipients_.end()) return out;
  if (known->second.group_id.empty()) {
    out.push_back(known->second.person);
    return out;
  }
  const auto members = members_.find(known->second.group_id);
  if (members == members_.end()) return out;
  for (const std::int64_t member : members->second) {
    if (out.size() == signal::kPeopleMax) return out;
    out.push_back(person(member));
    if (out.back().role.empty()) out.back().role = "member";
  }
  return out;
}

std::vector<record::Person> People::people_of(std::int64_t thread) const {
  return members_of(recipient_of(thread));
}

}  // namespace strongroom::capture::signal_v1
