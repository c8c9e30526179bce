#include "capture/whatsapp_cloud/items.h"

#include <boost/json.hpp>

#include "capture/whatsapp_cloud/content.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

using json::Object;
using record::Kind;
using record::Record;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

void add_context(const Change& change, const Object& item, Record& out) {
  const Object* context = json::object(item, "context");
  if (context == nullptr) return;
  const std::string id = json::text_or_number(*context, "id");
  const std::string from = json::text_or_number(*context, "from");
  const std::string author = from.empty()              ? ""
                             : from == change.phone_id ? business(change).id
                                                       : address_of(from);
  if (!id.empty()) out.reply_to = record::Target{id, author, std::nullopt, {}};
  json::keep_rest(out, *context, {"id", "from"}, "context.");
}

/// What incoming messages, echoes and history share.
void add_message(const Change& change, const Object& item, Record& out) {
  out.native_id = json::text_or_number(item, "id");
  out.sent_at = instant(item, "timestamp", out.doubts);
  fill_content(item, out);
  add_context(change, item, out);
  const std::string type = json::text(item, "type");
  json::keep_rest(out, item,
                  {"id", "timestamp", "type", "from", "from_user_id", "from_parent_user_id", "to",
                   "to_user_id", "to_parent_user_id", "context", "group_id", type});
}

/// The business wrote it to `customer`.
void set_outgoing(const Change& change, const record::Person& customer, Record& out) {
  out.author = business(change);
  out.outgoing = true;
  out.people.push_back(customer);
}

void set_incoming(const Change& change, const record::Person& customer, Record& out) {
  out.author = customer;
  out.people.push_back(business(change));
}

UserNames names(const Object& item, std::string_view prefix) {
  const std::string p(prefix);
  return {json::text_or_number(item, p), json::text(item, p + "_user_id"),
          json::text(item, p + "_parent_user_id")};
}

/// Nothing but who the account is.
Record about_account(const Change& change, Kind kind) {
  Record out;
  out.kind = kind;
  out.conversation = {"whatsapp-cloud:account:" + change.account, {}, record::ConversationKind::unknown};
  out.people.push_back(business(change));
  out.sent_at = change.entry_time;
  out.extra["event"] = change.field;
  if (change.entry_time.unix_ms == 0 && kind == Kind::notice)
    out.doubts.push_back({"no-time", "the notification gives no readable time"});
  return out;
}

/// What bears no id is told apart by what it says, and by the number it is about: `before` and 32 hex digits.
std::string id_by_content(std::string before, const Change& change, const Object& item) {
  const std::string said = change.phone_id + "/" + boost::json::serialize(item);
  return std::move(before) + "/" + codec::hex(BytesView(crypto::sha256(bytes_of(said))).first(16));
}

}  // namespace

Record message(const Change& change, const Object& item) {
  Record out;
  const record::Person who = customer(change, names(item, "from"));
  out.conversation = conversation(change, who, json::text(item, "group_id"));
  set_incoming(change, who, out);
  add_message(change, item, out);
  return out;
}

Record echo(const Change& change, const Object& item) {
  Record out;
  const record::Person who = customer(change, names(item, "to"));
  out.conversation = conversation(change, who, json::text(item, "group_id"));
  set_outgoing(change, who, out);
  add_message(change, item, out);
  const std::string from = json::text_or_number(item, "from");
  if (!from.empty() && address_of(from) != out.author->id) out.author->addresses.push_back(address_of(from));
  return out;
}

Record history_message(const Change& change, const Object& item) {
  Record out;
  const record::Person who = customer(change, {change.thread, {}, {}});
  out.conversation = conversation(change, who, {});
  const std::string from = json::text_or_number(item, "from");
  if (from == change.thread) {
    set_incoming(change, who, out);
  } else {
    set_outgoing(change, who, out);
  }
  add_message(change, item, out);
  out.extra["from_history"] = true;
  return out;
}

Record status(const Change& change, const Object& item) {
  Record out;
  const std::string recipient = json::text_or_number(item, "recipient_id");
  const bool in_group = json::text(item, "recipient_type") == "group";
  const std::string p = in_group ? "recipient_participant" : "recipient";
  const record::Person who =
      customer(change, {json::text_or_number(item, p + "_id"), json::text(item, p + "_user_id"),
                        json::text(item, p + "_parent_user_id")});
  const bool of_call = json::text(item, "type") == "call";
  out.kind = of_call ? Kind::call : Kind::receipt;
  out.conversation = conversation(change, who, in_group ? recipient : "");
  out.author = who;
  out.people.push_back(business(change));
  const std::string id = json::text_or_number(item, "id"), state = lower(json::text(item, "status"));
  out.native_id = id + "/" + state + "/" + who.id;
  out.target = record::Target{id, of_call ? "" : business(change).id, std::nullopt, {}};
  out.extra["state"] = state;
  out.sent_at = instant(item, "timestamp", out.doubts);
  json::keep_rest(out, item, {"id", "status", "timestamp", "recipient_id"});
  return out;
}

Record call(const Change& change, const Object& item) {
  Record out;
  out.kind = Kind::call;
  // `from` and `to` do not always agree with `direction`: the customer is whoever is not the business.
  const bool business_calls = address_of(json::text_or_number(item, "from")) == business(change).id;
  const record::Person who = customer(change, names(item, business_calls ? "to" : "from"));
  out.conversation = conversation(change, who, {});
  if (json::text(item, "direction") == "BUSINESS_INITIATED") {
    set_outgoing(change, who, out);
  } else {
    set_incoming(change, who, out);
  }
  const std::string id = json::text_or_number(item, "id"), event = lower(json::text(item, "event"));
  out.native_id = id + "/" + event;
  out.extra["call_id"] = id;
  const std::string state = lower(json::text(item, "status"));
  out.extra["state"] = state.empty() ? event : state;
  out.extra["video"] = false;  // the API carries voice calls only
  if (const auto seconds = json::unsigned_integer(item, "duration")) out.extra["duration_s"] = *seconds;
  out.sent_at = instant(item, "timestamp", out.doubts);
  json::keep_rest(out, item, {"id", "timestamp", "duration", "status"});
  return out;
}

Record error(const Change& change, const Object& item) {
  Record out = about_account(change, Kind::notice);
  out.extra["type"] = std::string("error");
  out.text = json::text(item, "message");
  if (out.text.empty()) out.text = json::text(item, "title");
  out.native_id = id_by_content("error/" + json::text_or_number(item, "code"), change, item);
  json::keep_rest(out, item, {}, "error.");
  return out;
}

Record group(const Change& change, const Object& item) {
  Record out = about_account(change, Kind::notice);
  const std::string type = json::text(item, "type"), id = json::text(item, "group_id");
  if (!id.empty()) out.conversation = conversation(change, {}, id);
  out.doubts.clear();
  out.sent_at = instant(item, "timestamp", out.doubts);
  out.extra["change"] = type;
  for (const auto& [list, role] :
       {std::pair{"added_participants", "added"}, {"removed_participants", "removed"}}) {
    const json::Array* people = json::array(item, list);
    if (people == nullptr) continue;
    out.kind = Kind::membership;
    for (const json::Any& any : *people) {
      if (!any.is_object()) continue;
      const Object& person = any.get_object();
      std::string number = json::text_or_number(person, "wa_id");
      if (number.empty()) number = json::text_or_number(person, "input");
      out.people.push_back(customer(change, {number, json::text(person, "user_id"), {}}));
      out.people.back().role = role;
    }
  }
  out.native_id = id_by_content(json::text(item, "request_id") + "/" + type, change, item);
  json::keep_rest(out, item, {"timestamp", "group_id"}, "group.");
  return out;
}

Record contact_sync(const Change& change, const Object& item) {
  Record out = about_account(change, Kind::context);
  out.extra["object"] = json::text(item, "type");
  const Object* contact = json::object(item, "contact");
  if (contact != nullptr) {
    record::Person person = customer(change, {json::text_or_number(*contact, "phone_number"), {}, {}});
    person.name = json::text(*contact, "full_name");
    out.people.push_back(std::move(person));
  }
  if (const Object* metadata = json::object(item, "metadata"))
    out.sent_at = instant(*metadata, "timestamp", out.doubts);
  json::keep_rest(out, item, {"type"}, "contact.");
  return out;
}

Record preference(const Change& change, const Object& item) {
  Record out = about_account(change, Kind::notice);
  out.author = customer(change, {json::text_or_number(item, "wa_id"), json::text(item, "user_id"), {}});
  out.conversation = conversation(change, *out.author, {});
  out.text = json::text(item, "detail");
  out.doubts.clear();
  out.sent_at = instant(item, "timestamp", out.doubts);
  out.native_id = "preference/" + json::text(item, "category") + "/" + json::text(item, "value");
  json::keep_rest(out, item, {"timestamp"}, "preference.");
  return out;
}

Record bare_change(const Change& change, const Object& item) {
  Record out = about_account(change, Kind::notice);
  if (change.value != nullptr) {
    json::keep_rest(out, *change.value, {"metadata"}, "value.");
    out.native_id =
        id_by_content(change.field + "/" + json::text(*change.value, "event"), change, *change.value);
  }
  json::keep_rest(out, item, {"field", "value"});
  if (change.field.empty())
    out.doubts.push_back({"unknown-kind", "a change that does not say what it is about"});
  return out;
}

}  // namespace strongroom::capture::whatsapp_cloud
