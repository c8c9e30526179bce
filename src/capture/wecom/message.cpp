#include "capture/wecom/message.h"

#include <algorithm>
#include <boost/json.hpp>

#include "capture/wecom/content.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::wecom {
namespace {

using json::Object;
using record::Kind;
using record::Record;

/// What the first letters of an id tell.
std::string_view role_of(std::string_view id) {
  if (id.starts_with("wm") || id.starts_with("wo")) return "external";
  return id.starts_with("wb") ? "robot" : "member";
}

record::Person person(const std::string& id, std::string_view custodian) {
  record::Person out;
  out.id = "wecom:" + id;
  out.role = !custodian.empty() && id == custodian ? "self" : role_of(id);
  return out;
}

std::vector<std::string> receivers(const Object& object) {
  std::vector<std::string> out;
  const json::Array* list = json::array(object, "tolist");
  if (list == nullptr) return out;
  for (const json::Any& any : *list) {
    std::string id = json::text(Object{{"v", any}}, "v");
    if (!id.empty()) out.push_back(std::move(id));
  }
  return out;
}

record::Conversation conversation(const std::string& room, const std::string& from,
                                  std::vector<std::string> people) {
  if (!room.empty()) return {"wecom:room:" + room, {}, record::ConversationKind::group};
  people.push_back(from);
  std::ranges::sort(people);
  people.erase(std::ranges::unique(people).begin(), people.end());
  if (people.size() == 1) return {"wecom:self:" + people[0], {}, record::ConversationKind::note_to_self};
  if (people.size() == 2)
    return {"wecom:direct:" + people[0] + "|" + people[1], {}, record::ConversationKind::direct};
  std::string all;
  for (const std::string& one : people) all += one + "|";
  const Hash256 digest = crypto::sha256(bytes_of(all));
  return {"wecom:several:" + codec::hex(BytesView(digest).first(16)), {}, record::ConversationKind::unknown};
}

/// The object of the type; a few types keep it under another name.
std::string_view content_name(const Object& object, std::string_view type) {
  if (json::object(object, type) != nullptr) return type;
  if (type == "external_redpacket" && json::object(object, "redpacket") != nullptr) return "redpacket";
  if (type == "docmsg" && json::object(object, "doc") != nullptr) return "doc";
  return "info";
}

/// Someone changed the organisation the application shows: no message, no receivers.
Record read_switch(const Object& object, std::string_view custodian) {
  Record out;
  out.kind = Kind::notice;
  const std::string user = json::text(object, "user");
  out.author = person(user, custodian);
  out.conversation = {"wecom:account:" + user, {}, record::ConversationKind::unknown};
  out.native_id = json::text(object, "msgid");
  out.sent_at = instant(object, "time", out.doubts);
  out.extra["event"] = std::string("switch");
  json::keep_rest(out, object, {"msgid", "action", "time", "user"});
  return out;
}

}  // namespace

bool is_message(const Object& object) {
  return !json::text(object, "msgid").empty() && !json::text(object, "action").empty();
}

Record read_message(const Object& object, std::string_view custodian) {
  const std::string action = json::text(object, "action"), type = json::text(object, "msgtype");
  if (action == "switch") return read_switch(object, custodian);
  Record out;
  const std::string from = json::text(object, "from");
  const std::vector<std::string> to = receivers(object);
  out.author = person(from, custodian);
  out.outgoing = out.author->role == "self";
  out.conversation = conversation(json::text(object, "roomid"), from, to);
  for (const std::string& id : to) {
    if (id != from) out.people.push_back(person(id, custodian));
  }
  out.native_id = json::text(object, "msgid");
  out.sent_at = instant(object, "msgtime", out.doubts);
  out.extra["type"] = type;
  if (out.native_id.ends_with("_external")) out.extra["external"] = true;
  const std::string_view name = content_name(object, type);
  const Object* content = json::object(object, name);
  static const Object kNothing;
  fill_content(type, content ? *content : kNothing, out);
  if (content == nullptr)
    out.doubts.push_back({"content-not-in-source", "the message names a type and carries no content of it"});
  if (action != "send" && action != "recall") {
    out.extra["action"] = action;
    out.doubts.push_back({"unknown-kind", "an action this version does not know"});
  }
  json::keep_rest(out, object, {"msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype", name});
  return out;
}

}  // namespace strongroom::capture::wecom
