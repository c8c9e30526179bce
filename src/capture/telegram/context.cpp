#include "capture/telegram/context.h"

#include <boost/json/serialize.hpp>

#include "base/utf8.h"
#include "capture/telegram/media.h"
#include "capture/telegram/people.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;
using record::Record;

std::optional<record::Person> contact_person(const json::Object& object) {
  std::string name = json::text(object, "first_name");
  const std::string last = json::text(object, "last_name");
  if (!name.empty() && !last.empty()) name += ' ';
  name += last;
  const std::string tel = tel_of(json::text(object, "phone_number"));
  auto person = person_of(json::text_or_number(object, "user_id"), name);
  if (!person && tel.empty()) return std::nullopt;
  if (!person) person = record::Person{tel, {}, {}, {}};
  if (person->id.starts_with("name:") && !tel.empty()) person->id = tel;
  if (!tel.empty() && person->id != tel) person->addresses.push_back(tel);
  std::string username = json::text(object, "username");
  if (username.starts_with('@')) username.erase(0, 1);
  if (!username.empty()) person->addresses.push_back("username:" + username);
  return person;
}

void fill_scalar(const json::Any& value, Record& out) {
  const json::Object wrapped{{"value", value}};
  if (value.is_structured()) {
    const std::string written = boost::json::serialize(value);
    out.extra["value"] = utf8::is_valid(written) ? written : utf8::repaired(written);
  } else {
    json::keep_rest(out, wrapped, {});
  }
}

void fill_story(const json::Object& story, const Surroundings& around, Record& out) {
  out.kind = Kind::message;
  out.conversation = {"telegram:stories", {}, record::ConversationKind::broadcast};
  if (!around.self_id.empty()) out.author = record::Person{around.self_id, {}, {}, "self"};
  out.outgoing = true;
  const std::string file = json::text(story, "media");
  out.native_id = "story/" + json::text_or_number(story, "date_unixtime") + "/" + file;
  if (!file.empty()) out.attachments.push_back(attachment_of(file, around.file, around.beside));
  json::keep_rest(out, story, {"date", "date_unixtime", "media"});
}

void fill_object(const json::Object& object, std::string_view of, const Surroundings& around, Record& out) {
  if (const auto time = time_of(object, "date", around.clock, out.doubts)) out.sent_at = *time;
  if (of == "stories") return fill_story(object, around, out);
  if (auto person = contact_person(object)) {
    if (of == "personal_information") person->role = "self";
    if (of == "contacts") person->role = "contact";
    out.people.push_back(std::move(*person));
  }
  if (const std::string photo = json::text(object, "photo"); !photo.empty())
    out.attachments.push_back(attachment_of(photo, around.file, around.beside));
  json::keep_rest(out, object, {"date", "date_unixtime", "photo"});
}

}  // namespace

Record context_of(const json::Any& value, std::string_view of, const Surroundings& around) {
  Record out;
  out.kind = Kind::context;
  out.conversation.id = "telegram:account";
  out.extra["object"] = utf8::is_valid(of) ? std::string(of) : utf8::repaired(of);
  if (const json::Object* object = value.if_object()) {
    fill_object(*object, of, around, out);
  } else {
    fill_scalar(value, out);
  }
  return out;
}

std::optional<record::Person> self_of(const json::Object& personal_information) {
  auto person = contact_person(personal_information);
  if (person && !person->id.starts_with("telegram:user:")) return std::nullopt;
  return person;
}

Chat chat_of(const json::Object& head) {
  Chat chat;
  chat.type = json::text(head, "type");
  const std::string id = json::text_or_number(head, "id");
  const std::string_view space = id_space_of(chat.type);
  chat.conversation.kind = kind_of(chat.type);
  chat.conversation.title = json::text(head, "name");
  if (!id.empty()) {
    chat.conversation.id = "telegram:" + std::string(space.empty() ? "peer" : space) + ":" + id;
  } else {
    chat.conversation.id = "telegram:name:" + chat.conversation.title;
  }
  if (chat.conversation.kind == record::ConversationKind::direct && !id.empty())
    chat.other = record::Person{chat.conversation.id, chat.conversation.title, {}, {}};
  return chat;
}

Record context_of(const json::Object& head, const Chat& chat) {
  Record out;
  out.kind = Kind::context;
  out.conversation = chat.conversation;
  out.extra["object"] = std::string("chat");
  if (chat.other) out.people.push_back(*chat.other);
  json::keep_rest(out, head, {"name", "id"}, "chat.");
  if (!chat.type.empty() && chat.conversation.kind == record::ConversationKind::unknown)
    out.doubts.push_back({"unknown-kind", "a chat of a type this program does not know"});
  return out;
}

}  // namespace strongroom::capture::telegram
