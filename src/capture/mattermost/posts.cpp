#include "capture/mattermost/posts.h"

#include <algorithm>

#include "capture/instants.h"
#include "record/time_text.h"

namespace strongroom::capture::mattermost {
namespace {

using record::ConversationKind;
using record::Kind;
using record::Record;

constexpr std::size_t kMembersMax = 64;

/// What a system post tells; others that begin with "system_" are notices.
struct SystemPost {
  std::string_view type;
  Kind kind;
  std::string_view role;
};
constexpr SystemPost kSystemPosts[] = {
    {"system_join_channel", Kind::membership, "joined"},
    {"system_join_team", Kind::membership, "joined"},
    {"system_guest_join_channel", Kind::membership, "joined"},
    {"system_leave_channel", Kind::membership, "left"},
    {"system_leave_team", Kind::membership, "left"},
    {"system_add_to_channel", Kind::membership, "added"},
    {"system_add_to_team", Kind::membership, "added"},
    {"system_add_guest_to_chan", Kind::membership, "added"},
    {"system_remove_from_channel", Kind::membership, "removed"},
    {"system_remove_from_team", Kind::membership, "removed"},
    {"system_displayname_change", Kind::rename, ""},
    {"system_header_change", Kind::rename, ""},
    {"system_purpose_change", Kind::rename, ""},
    {"system_channel_deleted", Kind::notice, ""},
    {"system_channel_restored", Kind::notice, ""},
    {"system_convert_channel", Kind::notice, ""},
    {"system_change_chan_privacy", Kind::notice, ""},
    {"system_ephemeral", Kind::notice, ""},
    {"system_generic", Kind::notice, ""},
    {"custom_calls", Kind::call, ""},
};

std::string native_id(const json::Object& post) {
  return json::text_or_number(post, "create_at") + ":" + json::text(post, "user");
}

void read_type(Record& record, const json::Object& post, const Directory& directory) {
  const std::string type = json::text(post, "type");
  if (type.empty()) return;
  record.extra["type"] = type;
  const auto* const known = std::ranges::find(kSystemPosts, std::string_view(type), &SystemPost::type);
  if (known == std::end(kSystemPosts)) {
    if (!type.starts_with("system_")) return;
    record.kind = Kind::notice;
    record.doubts.push_back({"unknown-kind", "a system post of a type this parser does not know"});
    return;
  }
  record.kind = known->kind;
  if (record.kind != Kind::membership || !record.author) return;
  const json::Object* props = json::object(post, "props");
  std::string subject;
  for (const std::string_view name : {"addedUsername", "removedUsername", "username"}) {
    if (subject.empty() && props != nullptr) subject = json::text(*props, name);
  }
  record::Person person = subject.empty() ? *record.author : directory.person(subject);
  person.role = known->role;
  record.people.push_back(std::move(person));
}

/// What integrations hang under a post is said by it too.
void add_hangings(Record& record, const json::Object& post) {
  const json::Object* props = json::object(post, "props");
  const json::Array* list = props == nullptr ? nullptr : json::array(*props, "attachments");
  if (list == nullptr) return;
  for (const json::Any& any : *list) {
    const json::Object* hanging = any.if_object();
    if (hanging == nullptr) continue;
    const std::size_t before = record.text.size();
    for (const std::string_view name : {"pretext", "title", "text", "fallback"}) {
      const std::string line = json::text(*hanging, name);
      if (line.empty() || (name == "fallback" && record.text.size() > before)) continue;
      if (!record.text.empty()) record.text += '\n';
      record.text += line;
    }
  }
}

void read_files(Record& record, const json::Object& post, const Surroundings& around) {
  const json::Array* list = json::array(post, "attachments");
  if (list == nullptr) return;
  for (const json::Any& any : *list) {
    const json::Object* file = any.if_object();
    if (file == nullptr) continue;
    record::Attachment out;
    out.source_reference = json::text(*file, "path");
    out.name = out.source_reference.substr(out.source_reference.rfind('/') + 1);
    if (!around.beside.settle(out, around.file, "data/" + out.source_reference))
      around.beside.settle(out, around.file, out.source_reference);
    record.attachments.push_back(std::move(out));
  }
}

Record post_record(const json::Object& post, const record::Conversation& conversation,
                   const std::vector<record::Person>& people, const Surroundings& around) {
  Record record;
  record.conversation = conversation;
  record.native_id = native_id(post);
  record.author = around.directory.person(json::text(post, "user"));
  record.outgoing = around.directory.is_custodian(*record.author);
  record.people = people;
  record.text = json::text(post, "message");
  set_instant(record, json::integer(post, "create_at"));
  if (const auto edited = json::integer(post, "edit_at"); edited && *edited > 0) {
    record.extra["edited"] = true;
    record.extra["edited_at"] = record::rfc3339(*edited);
  }
  add_hangings(record, post);
  read_files(record, post, around);
  read_type(record, post, around.directory);
  json::keep_rest(record, post,
                  {"user", "message", "type", "team", "channel", "channel_members", "create_at", "edit_at",
                   "replies", "reactions", "attachments"});
  return record;
}

Result<void> add_with_reactions(Record record, const json::Object& post, const Surroundings& around,
                                Emission& out) {
  Record reaction_to = record;
  TRY(out.emit(std::move(record)));
  const json::Array* reactions = json::array(post, "reactions");
  if (reactions == nullptr) return {};
  for (const json::Any& any : *reactions) {
    static const json::Object kNothing;
    const json::Object& reaction = any.is_object() ? any.get_object() : kNothing;
    Record one;
    one.kind = Kind::reaction;
    one.conversation = reaction_to.conversation;
    one.author = around.directory.person(json::text(reaction, "user"));
    one.outgoing = around.directory.is_custodian(*one.author);
    one.text = ":" + json::text(reaction, "emoji_name") + ":";
    one.target =
        record::Target{reaction_to.native_id, reaction_to.author->id, reaction_to.sent_at.unix_ms, {}};
    set_instant(one, json::integer(reaction, "create_at"));
    json::keep_rest(one, reaction, {"user", "emoji_name", "create_at"});
    TRY(out.emit(std::move(one)));
  }
  return {};
}

}  // namespace

record::Person Directory::learn_user(const json::Object& user) {
  const std::string username = json::text(user, "username");
  record::Person out = person(username);
  std::string name = json::text(user, "first_name");
  const std::string last = json::text(user, "last_name");
  if (!name.empty() && !last.empty()) name += " ";
  name += last;
  out.name = name.empty() ? json::text(user, "nickname") : name;
  if (out.name.empty()) out.name = username;
  if (const std::string mail = json::text(user, "email"); !mail.empty()) out.addresses = {"mailto:" + mail};
  people_.insert_or_assign(username, out);
  return out;
}

record::Conversation Directory::learn_channel(const json::Object& channel) {
  const std::string team = json::text(channel, "team"), name = json::text(channel, "name");
  record::Conversation out{"mattermost:" + team + "/" + name, json::text(channel, "display_name"),
                           ConversationKind::group};
  channels_.insert_or_assign(out.id, out);
  return out;
}

record::Person Directory::person(const std::string& username) const {
  const auto known = people_.find(username);
  return known != people_.end() ? known->second : record::Person{"username:" + username, username, {}, {}};
}

record::Conversation Directory::channel(const std::string& team, const std::string& name) const {
  const std::string id = "mattermost:" + team + "/" + name;
  const auto known = channels_.find(id);
  return known != channels_.end() ? known->second : record::Conversation{id, name, ConversationKind::group};
}

bool Directory::is_custodian(const record::Person& person) const {
  if (custodian_.empty()) return false;
  return person.name == custodian_ || person.id == "username:" + custodian_ ||
         std::ranges::find(person.addresses, "mailto:" + custodian_) != person.addresses.end();
}

record::Conversation direct_conversation(const json::Array* members, std::vector<record::Person>& people,
                                         const Directory& directory) {
  std::vector<std::string> names;
  if (members != nullptr) {
    for (const json::Any& any : *members) {
      if (any.is_string())
        names.push_back(json::text_of_value(any));
      else if (const json::Object* participant = any.if_object())
        names.push_back(json::text(*participant, "username"));
      if (names.size() == kMembersMax) break;
    }
  }
  std::ranges::sort(names);
  record::Conversation out{"mattermost:direct:", {}, ConversationKind::group};
  for (const std::string& name : names) {
    out.id += (people.empty() ? "" : ",") + name;
    people.push_back(directory.person(name));
    out.title += (people.size() == 1 ? "" : ", ") + people.back().name;
    people.back().role = "member";
  }
  if (names.size() == 2) out.kind = ConversationKind::direct;
  if (names.size() == 1) out.kind = ConversationKind::note_to_self;
  return out;
}

Result<void> read_post(const json::Object& post, const Surroundings& around, Emission& out) {
  std::vector<record::Person> people;
  const bool direct = post.contains("channel_members");
  const record::Conversation conversation =
      direct ? direct_conversation(json::array(post, "channel_members"), people, around.directory)
             : around.directory.channel(json::text(post, "team"), json::text(post, "channel"));
  Record first = post_record(post, conversation, people, around);
  const record::Target parent{first.native_id, first.author->id, first.sent_at.unix_ms, {}};
  TRY(add_with_reactions(std::move(first), post, around, out));
  const json::Array* replies = json::array(post, "replies");
  if (replies == nullptr) return {};
  for (const json::Any& any : *replies) {
    static const json::Object kNothing;
    const json::Object& reply = any.is_object() ? any.get_object() : kNothing;
    Record record = post_record(reply, conversation, people, around);
    record.reply_to = parent;
    TRY(add_with_reactions(std::move(record), reply, around, out));
  }
  return {};
}

}  // namespace strongroom::capture::mattermost
