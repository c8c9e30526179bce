#include "capture/whatsapp_cloud/content.h"

#include <boost/json.hpp>

namespace strongroom::capture::whatsapp_cloud {
namespace {

using json::Object;
using record::Kind;
using record::Record;

void set(Record& out, std::string_view name, std::string value) {
  if (!value.empty()) out.extra[std::string(name)] = std::move(value);
}

void add_line(std::string& text, std::string line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

void media(std::string_view type, const Object& object, Record& out) {
  record::Attachment a;
  a.name = json::text(object, "filename");
  a.media_type = json::text(object, "mime_type");
  a.source_reference = json::text_or_number(object, "id");
  a.flavour = type == "sticker" ? "sticker" : json::boolean(object, "voice") ? "voice" : "";
  a.size = json::unsigned_integer(object, "file_size");
  out.text = json::text(object, "caption");
  out.attachments.push_back(std::move(a));
  if (type == "sticker") set(out, "content", "sticker");
  json::keep_rest(out, object, {"filename", "mime_type", "id", "voice", "file_size", "caption"}, "media.");
}

void location(const Object& object, Record& out) {
  set(out, "location", "point");
  set(out, "latitude", json::text_or_number(object, "latitude"));
  set(out, "longitude", json::text_or_number(object, "longitude"));
  out.text = json::text(object, "name");
  add_line(out.text, json::text(object, "address"));
  json::keep_rest(out, object, {"latitude", "longitude"}, "location.");
}

void contacts(const Object& message, Record& out) {
  set(out, "content", "contact");
  const json::Array* cards = json::array(message, "contacts");
  if (cards == nullptr) return;
  for (const json::Any& card : *cards) {
    const Object* object = card.if_object();
    const Object* name = object ? json::object(*object, "name") : nullptr;
    if (name != nullptr) add_line(out.text, json::text(*name, "formatted_name"));
  }
  json::keep_rest(out, Object{{"contacts", *cards}}, {});
}

/// The answer to buttons, lists and forms the business had sent.
void interactive(const Object& object, Record& out) {
  const std::string type = json::text(object, "type");
  set(out, "content", "interactive");
  set(out, "interactive", type);
  const Object* reply = json::object(object, type);
  if (reply != nullptr) {
    out.text = json::text(*reply, "title");
    if (out.text.empty()) out.text = json::text(*reply, "body");
    json::keep_rest(out, *reply, {"title", "body"}, type + ".");
  }
  json::keep_rest(out, object, {"type", type}, "interactive.");
}

void system_line(const Object& object, Record& out) {
  const std::string type = json::text(object, "type");
  out.kind = type == "user_changed_number" ? Kind::rename : Kind::notice;
  out.text = json::text(object, "body");
  set(out, "event", type);
  const std::string number = json::text_or_number(object, "wa_id");
  if (out.kind == Kind::rename) {
    set(out, "change", "number");
    if (!number.empty()) set(out, "new_value", address_of(number));
  }
  json::keep_rest(out, object, {"type", "body"}, "system.");
}

void reaction(const Object& object, Record& out) {
  out.kind = Kind::reaction;
  out.text = json::text(object, "emoji");
  out.target = record::Target{json::text_or_number(object, "message_id"), {}, std::nullopt, {}};
  json::keep_rest(out, object, {"emoji", "message_id"}, "reaction.");
}

void edit(const Object& object, Record& out) {
  if (const Object* message = json::object(object, "message")) {
    fill_content(*message, out);
    const Object* context = json::object(*message, "context");
    if (context != nullptr) json::keep_rest(out, *context, {}, "edit.context.");
  }
  out.kind = Kind::edit;
  out.target = record::Target{json::text_or_number(object, "original_message_id"), {}, std::nullopt, {}};
  json::keep_rest(out, object, {"message", "original_message_id"}, "edit.");
}

void revoke(const Object& object, Record& out) {
  out.kind = Kind::deletion;
  out.target = record::Target{json::text_or_number(object, "original_message_id"), {}, std::nullopt, {}};
  json::keep_rest(out, object, {"original_message_id"}, "revoke.");
}

void text_message(const Object& object, Record& out) {
  out.text = json::text(object, "body");
  json::keep_rest(out, object, {"body"}, "text.");
}

void button(const Object& object, Record& out) {
  set(out, "content", "interactive");
  out.text = json::text(object, "text");
  json::keep_rest(out, object, {"text"}, "button.");
}

void order(const Object& object, Record& out) {
  set(out, "content", "order");
  out.text = json::text(object, "text");
  json::keep_rest(out, object, {"text"}, "order.");
}

/// False if nobody knows the type.
bool fill_known(std::string_view type, const Object& object, Record& out) {
  if (type == "text")
    text_message(object, out);
  else if (type == "image" || type == "video" || type == "audio" || type == "document" || type == "sticker")
    media(type, object, out);
  else if (type == "location")
    location(object, out);
  else if (type == "interactive")
    interactive(object, out);
  else if (type == "button")
    button(object, out);
  else if (type == "order")
    order(object, out);
  else if (type == "reaction")
    reaction(object, out);
  else if (type == "system")
    system_line(object, out);
  else if (type == "edit")
    edit(object, out);
  else if (type == "revoke")
    revoke(object, out);
  else
    return false;
  return true;
}

}  // namespace

void fill_content(const Object& message, Record& out) {
  const std::string type = json::text(message, "type");
  out.kind = Kind::message;
  set(out, "type", type);
  static const Object kNothing;
  const Object* object = json::object(message, type);
  if (type == "unsupported") {
    out.doubts.push_back({"content-not-in-source", "WhatsApp does not hand this kind of message to the API"});
    if (object != nullptr) json::keep_rest(out, *object, {}, "unsupported.");
  } else if (type == "contacts") {
    contacts(message, out);
  } else if (!fill_known(type, object ? *object : kNothing, out)) {
    out.kind = Kind::notice;
    out.doubts.push_back({"unknown-kind", "a type of message this version does not know"});
    json::keep_rest(out, Object{{type, object ? json::Any(*object) : json::Any()}}, {});
  } else if (object == nullptr) {
    out.doubts.push_back(
        {"content-not-in-source", "the notification names a type and carries no content of it"});
  }
}

}  // namespace strongroom::capture::whatsapp_cloud
