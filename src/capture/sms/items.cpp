#include "capture/sms/items.h"

#include <fmt/format.h>

#include <array>

#include "capture/sms/fields.h"
#include "capture/telephone/telephone.h"

namespace strongroom::capture::sms {
namespace {

using telephone::conversation_of;
using telephone::person_of;

/// android.provider.Telephony.TextBasedSmsColumns.
void set_box(record::Record& record, std::optional<std::int64_t> type) {
  static constexpr std::array<std::string_view, 7> kBoxes{"all",    "inbox",  "sent",  "draft",
                                                          "outbox", "failed", "queued"};
  const auto box = type.value_or(0);
  record.outgoing = box >= 2 && box <= 6;
  if (box < 1 || box > 6) {
    record.doubts.push_back({"unknown-direction", fmt::format("type {} is neither received nor sent", box)});
    return;
  }
  record.extra["box"] = std::string(kBoxes[static_cast<std::size_t>(box)]);
  if (box >= 3)
    record.doubts.push_back(
        {"not-sent", fmt::format("the message lies in: {}", kBoxes[static_cast<std::size_t>(box)])});
}

}  // namespace

record::Record message_of(const Tag& sms, const Place& place) {
  record::Record out;
  Fields fields(sms, out);
  const std::string address = fields.text("address");
  const std::string date = fields.text("date");
  record::Person other = person_of(address, fields.text("contact_name"));
  set_box(out, fields.integer("type"));
  out.conversation = conversation_of("sms", {other});
  out.author = out.outgoing ? telephone::self({}) : other;
  if (out.outgoing) out.people.push_back(std::move(other));
  out.text = fields.words("body");
  set_times(out, fields.integer("date").value_or(0), fields.integer("date_sent").value_or(0));
  out.native_id = "hash:" + hashed({address, date, fields.text("type"), out.text});
  fields.keep_rest({"address", "date", "type", "body", "contact_name", "readable_date"});
  set_original(out, place);
  return out;
}

record::Record call_of(const Tag& call, const Place& place) {
  static constexpr std::array<std::string_view, 8> kStates{
      "", "incoming", "outgoing", "missed", "voicemail", "rejected", "blocked", "answered_elsewhere"};
  record::Record out;
  out.kind = record::Kind::call;
  Fields fields(call, out);
  record::Person other = person_of(fields.text("number"), fields.text("contact_name"));
  const auto type = fields.integer("type").value_or(0);
  out.outgoing = type == 2;
  if (type >= 1 && type <= 7) {
    out.extra["state"] = std::string(kStates[static_cast<std::size_t>(type)]);
  } else {
    out.doubts.push_back({"unknown-kind", fmt::format("call type {}", type)});
    out.extra["call_type"] = fields.text("type");
  }
  out.conversation = conversation_of("sms", {other});
  out.author = out.outgoing ? telephone::self({}) : other;
  if (out.outgoing) out.people.push_back(std::move(other));
  out.sent_at = telephone::instant(fields.integer("date").value_or(0), "date", out.doubts);
  if (const auto duration = fields.integer("duration"); duration && *duration >= 0)
    out.extra["duration_s"] = static_cast<std::uint64_t>(*duration);
  out.native_id = "hash:" + hashed({fields.text("number"), fields.text("date"), fields.text("type"), "call"});
  fields.keep_rest({"number", "date", "type", "duration", "contact_name", "readable_date"});
  set_original(out, place);
  return out;
}

record::Record unknown_of(const Tag& tag, const Place& place) {
  record::Record out;
  out.kind = record::Kind::notice;
  out.conversation.id = "sms:unknown";
  Fields fields(tag, out);
  out.extra["element"] = std::string(tag.name);
  out.doubts.push_back({"unknown-kind", fmt::format("the element <{}> is not known", tag.name)});
  if (const auto date = fields.integer("date")) out.sent_at = telephone::instant(*date, "date", out.doubts);
  fields.keep_rest({});
  set_original(out, place);
  return out;
}

}  // namespace strongroom::capture::sms
