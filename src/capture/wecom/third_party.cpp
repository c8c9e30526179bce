#include "capture/wecom/third_party.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "record/time_text.h"

namespace strongroom::capture::wecom {
namespace {

using json::Object;
using record::Kind;
using record::Record;
using record::SourceTime;

bool has(const std::vector<std::string>& header, std::string_view name) {
  return std::ranges::find(header, name) != header.end();
}

record::Person person(std::string_view id, std::string_view name, bool self) {
  record::Person out;
  out.id = id.empty() ? self ? "wechat:self" : "name:" + std::string(name) : "wechat:" + std::string(id);
  out.name = name;
  if (self) out.role = "self";
  return out;
}

record::Conversation conversation(std::string_view id, std::string_view title) {
  const bool group = id.ends_with("@chatroom");
  return {"wechat:" + std::string(id), std::string(title),
          group ? record::ConversationKind::group : record::ConversationKind::direct};
}

SourceTime from_seconds(std::optional<std::int64_t> seconds, Record& out) {
  SourceTime time;
  if (!seconds) {
    out.doubts.push_back({"no-time", "the row gives no readable time"});
  } else if (*seconds < 1'262'304'000 || *seconds > 4'102'444'800) {
    out.doubts.push_back({"implausible-time", "the time lies before 2010 or after 2099; it was not used"});
  } else {
    time.unix_ms = *seconds * 1000;
  }
  return time;
}

/// RFC 3339, or "2024-01-01 10:00:00" on the exporting computer's wall clock.
SourceTime from_text(const std::string& text, Reading& reading, Record& out) {
  if (const auto instant = record::from_rfc3339(text)) return from_seconds(*instant / 1000, out);
  const auto wall = record::from_rfc3339(text + "Z");
  if (!wall) return from_seconds(std::nullopt, out);
  const auto instant = reading.zone.instant_of(std::chrono::sys_seconds(std::chrono::seconds(*wall / 1000)));
  SourceTime time = from_seconds(instant.unix_seconds, out);
  time.certainty = reading.certainty;
  time.zone = reading.zone.name();
  time.wall_clock = text;
  return time;
}

/// WeChat's numbers for kinds of messages.
void set_kind(std::int64_t type, Record& out) {
  static constexpr struct {
    std::int64_t type;
    std::string_view media;
  } kMedia[] = {{3, "image"}, {34, "audio"}, {43, "video"}, {47, "sticker"}, {62, "video"}};
  out.extra["type"] = type < 0 ? record::Extra(type) : record::Extra(static_cast<std::uint64_t>(type));
  if (type == 10000 || type == 10002) out.kind = Kind::notice;
  if (type == 50) out.kind = Kind::call;
  for (const auto& media : kMedia) {
    if (media.type != type) continue;
    record::Attachment a;
    if (media.media == "sticker")
      a.flavour = "sticker";
    else
      a.media_type = media.media;
    if (type == 34) a.flavour = "voice";
    out.attachments.push_back(std::move(a));
  }
}

void read_memotrace(const Object& row, Reading& reading, Record& out) {
  const bool self = json::text(row, "IsSender") == "1";
  // A group's rows are about whoever the row names, a direct chat's about the one other person.
  const std::string talker = json::text(row, "TalkerId");
  std::string name = json::text(row, "Remark");
  if (name.empty()) name = json::text(row, "NickName");
  std::string sender = json::text(row, "Sender");
  out.conversation = conversation(reading.chat + ":" + talker, "");
  out.conversation.kind = record::ConversationKind::unknown;
  if (sender.empty() && !self && name.empty()) sender = "talker:" + talker;
  out.author = person(sender, name, self);
  out.outgoing = self;
  out.native_id = json::text(row, "localId");
  out.sent_at = from_seconds(json::integer(row, "CreateTime"), out);
  out.text = json::text(row, "StrContent");
  if (const auto type = json::integer(row, "Type")) set_kind(*type, out);
  json::keep_rest(out, row, {"IsSender", "localId", "CreateTime", "StrContent", "Type", "Sender"});
}

void read_pywxdump(const Object& row, Reading& reading, Record& out) {
  const bool self = json::text_or_number(row, "is_sender") == "1";
  const std::string talker = json::text(row, "talker"), room = json::text(row, "room_name");
  out.conversation = conversation(room.empty() ? reading.chat : room, "");
  out.author = person(self && talker.empty() ? "" : talker, "", self);
  out.outgoing = self;
  out.native_id = json::text_or_number(row, "MsgSvrID");
  if (out.native_id.empty()) out.native_id = json::text_or_number(row, "id");
  out.sent_at = from_text(json::text(row, "CreateTime"), reading, out);
  out.text = json::text(row, "msg");
  const std::string content = json::text(row, "content");
  if (!content.empty()) {  // older versions: a JSON object in one column
    const auto inner = json::parse(content);
    if (inner && inner->is_object()) {
      out.text = json::text(inner->get_object(), "msg");
      json::keep_rest(out, inner->get_object(), {"msg"}, "content.");
    } else {
      out.text = content;
    }
  }
  const std::string src = json::text(row, "src");
  if (!src.empty()) {
    record::Attachment a;
    a.source_reference = src;
    a.name = src.substr(src.find_last_of("/\\") + 1);
    out.attachments.push_back(std::move(a));
  }
  json::keep_rest(out, row, {"is_sender", "MsgSvrID", "CreateTime", "msg", "content", "room_name"});
}

void read_chatlog(const Object& row, Reading& reading, Record& out) {
  const bool self = json::boolean(row, "isSelf");
  out.conversation = conversation(json::text(row, "talker"), json::text(row, "talkerName"));
  if (json::boolean(row, "isChatRoom")) out.conversation.kind = record::ConversationKind::group;
  out.author = person(json::text(row, "sender"), json::text(row, "senderName"), self);
  out.outgoing = self;
  out.native_id = json::text_or_number(row, "seq");
  out.sent_at = from_text(json::text(row, "time"), reading, out);
  out.text = json::text(row, "content");
  if (const auto type = json::integer(row, "type")) set_kind(*type, out);
  json::keep_rest(out, row,
                  {"talker", "talkerName", "isChatRoom", "sender", "senderName", "isSelf", "seq", "time",
                   "content", "type"});
}

/// {"string":"..."} as the gateways write texts.
std::string wrapped(const Object& object, std::string_view name) {
  const Object* inner = json::object(object, name);
  return inner ? json::text(*inner, "string") : json::text_or_number(object, name);
}

void read_gateway(const Object& row, Reading&, Record& out) {
  static const Object kNothing;
  const Object* data = json::object(row, "Data");
  if (data == nullptr) data = &kNothing;
  const std::string owner = json::text(row, "Wxid"), from = wrapped(*data, "FromUserName"),
                    to = wrapped(*data, "ToUserName");
  const bool self = !owner.empty() && from == owner;
  out.conversation = conversation(self ? to : from, "");
  std::string sender = from;
  out.text = wrapped(*data, "Content");
  const std::size_t colon = out.text.find(":\n");
  if (from.ends_with("@chatroom") && colon != std::string::npos && colon < 64) {
    sender = out.text.substr(0, colon);
    out.text.erase(0, colon + 2);
  }
  out.author = person(sender, "", self);
  out.outgoing = self;
  if (!owner.empty() && !self) out.people.push_back(person(owner, "", true));
  out.native_id = json::text_or_number(*data, "NewMsgId");
  if (out.native_id.empty()) out.native_id = json::text_or_number(*data, "MsgId");
  out.sent_at = from_seconds(json::integer(*data, "CreateTime"), out);
  if (const auto type = json::integer(*data, "MsgType")) set_kind(*type, out);
  if (json::text(row, "TypeName") != "AddMsg") out.kind = Kind::notice;
  json::keep_rest(out, *data, {"NewMsgId", "CreateTime", "Content", "FromUserName", "ToUserName", "MsgType"},
                  "data.");
  json::keep_rest(out, row, {"Data"});
}

}  // namespace

std::string_view name_of(Exporter exporter) {
  switch (exporter) {
    case Exporter::memotrace: return "memotrace";
    case Exporter::pywxdump: return "pywxdump";
    case Exporter::chatlog: return "chatlog";
    case Exporter::gateway: return "gateway";
  }
  return "";
}

std::optional<Exporter> exporter_of(const std::vector<std::string>& header) {
  if (has(header, "localId") && has(header, "TalkerId") && has(header, "IsSender") &&
      has(header, "StrContent"))
    return Exporter::memotrace;
  if (has(header, "MsgSvrID") && has(header, "type_name") && has(header, "is_sender") &&
      has(header, "CreateTime"))
    return Exporter::pywxdump;
  return std::nullopt;
}

std::optional<Exporter> exporter_of(const Object& object) {
  if (object.contains("MsgSvrID") && object.contains("type_name") && object.contains("is_sender"))
    return Exporter::pywxdump;
  if (object.contains("talker") && object.contains("isSelf") && object.contains("sender") &&
      object.contains("time"))
    return Exporter::chatlog;
  if (object.contains("TypeName") && object.contains("Wxid") && object.contains("Data"))
    return Exporter::gateway;
  return std::nullopt;
}

Object object_of(const std::vector<std::string>& header, const std::vector<std::string>& fields) {
  Object out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string name = i < header.size() ? header[i] : fmt::format("column {}", i + 1);
    if (!fields[i].empty()) out.insert_or_assign(name, fields[i]);
  }
  return out;
}

Record read_third_party(const Object& row, Reading& reading) {
  Record out;
  out.extra["exporter"] = std::string(name_of(reading.exporter));
  out.doubts.push_back(
      {"third-party-export", "written by a program that is not Tencent's, from a copy nobody signed"});
  switch (reading.exporter) {
    case Exporter::memotrace: read_memotrace(row, reading, out); break;
    case Exporter::pywxdump: read_pywxdump(row, reading, out); break;
    case Exporter::chatlog: read_chatlog(row, reading, out); break;
    case Exporter::gateway: read_gateway(row, reading, out); break;
  }
  return out;
}

}  // namespace strongroom::capture::wecom
