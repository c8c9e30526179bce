#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/telegram/bot.h"
#include "capture/telegram/people.h"
#include "capture/telegram/times.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;
using record::Record;

constexpr std::array<std::string_view, 7> kMessages{
    "message",          "edited_message",          "channel_post", "edited_channel_post",
    "business_message", "edited_business_message", "guest_message"};
/// Known, and no word of the model: kept as notices with all their members.
constexpr std::array<std::string_view, 12> kNotices{"callback_query",       "inline_query",
                                                    "chosen_inline_result", "shipping_query",
                                                    "pre_checkout_query",   "poll",
                                                    "chat_boost",           "removed_chat_boost",
                                                    "purchased_paid_media", "message_reaction_count",
                                                    "managed_bot",          "business_connection"};

Record start(const json::Object& body) {
  Record out;
  if (const json::Object* chat = json::object(body, "chat")) out.conversation = bot_chat_of(*chat);
  for (const std::string_view who : {"user", "from", "actor_chat", "voter_chat"}) {
    const json::Object* author = json::object(body, who);
    if (author != nullptr && !out.author) out.author = bot_person_of(*author);
  }
  if (const auto date = json::integer(body, "date")) out.sent_at = instant(*date, out.doubts);
  return out;
}

void no_time(Record& out) {
  out.doubts.push_back({"no-own-time", "Telegram does not say when; it was before the update was received"});
}

/// Messages deleted in a business account's chat: their ids, and nothing else.
void add_deletions(const json::Object& body, std::vector<Record>& records) {
  const json::Array* ids = json::array(body, "message_ids");
  const std::size_t count = ids == nullptr ? 0 : ids->size();
  for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) {
    Record out = start(body);
    out.kind = Kind::deletion;
    if (count > 0) out.native_id = json::text_or_number(json::Object{{"id", (*ids)[i]}}, "id");
    out.target = record::Target{out.native_id, {}, {}, {}};
    out.native_id += "/deletion";
    no_time(out);
    json::keep_rest(out, body, {"chat", "message_ids"});
    records.push_back(std::move(out));
  }
}

std::string put_on(const json::Any& value, std::vector<record::Doubt>& doubts) {
  const json::Object* reaction = value.if_object();
  if (reaction != nullptr) {
    if (std::string emoji = json::text(*reaction, "emoji"); !emoji.empty()) return emoji;
    if (std::string id = json::text_or_number(*reaction, "custom_emoji_id"); !id.empty()) return id;
    if (json::text(*reaction, "type") == "paid") return "\u2B50";
  }
  doubts.push_back({"unknown-kind", "a reaction of a kind this program does not know"});
  return "?";
}

/// The reactions of one person on one message, as they are now; none left = one record without text.
void add_reactions(const json::Object& body, std::vector<Record>& records) {
  const json::Array* now = json::array(body, "new_reaction");
  const std::size_t count = now == nullptr ? 0 : now->size();
  for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) {
    Record out = start(body);
    out.kind = Kind::reaction;
    const std::string message = json::text_or_number(body, "message_id");
    out.target = record::Target{message, {}, {}, {}};
    if (count > 0) out.text = put_on((*now)[i], out.doubts);
    out.native_id = fmt::format("{}/reaction/{}/{}", message, out.author ? out.author->id : "", out.text);
    json::keep_rest(out, body, {"chat", "user", "actor_chat", "date", "message_id", "new_reaction"});
    records.push_back(std::move(out));
  }
}

void add_vote(const json::Object& body, std::vector<Record>& records) {
  Record out = start(body);
  out.kind = Kind::poll_vote;
  const std::string poll = json::text_or_number(body, "poll_id");
  out.conversation.id = "telegram:poll:" + poll;
  out.target = record::Target{poll, {}, {}, {}};
  if (const json::Array* options = json::array(body, "option_ids")) {
    for (std::size_t i = 0; i < options->size(); ++i)
      out.text += (i == 0 ? "" : ",") + json::text_or_number(json::Object{{"id", (*options)[i]}}, "id");
  }
  out.native_id = fmt::format("{}/vote/{}", poll, out.author ? out.author->id : "");
  no_time(out);
  records.push_back(std::move(out));
}

std::string_view role_of(std::string_view status, std::string_view before, bool own) {
  if (status == "left") return own ? "left" : "removed";
  if (status == "kicked") return "removed";
  if (status == "administrator" || status == "creator") return "promoted";
  if (status == "restricted") return "restricted";
  if (before == "administrator") return "demoted";
  return own ? "joined" : "added";
}

void add_membership(const json::Object& body, std::string_view event, std::vector<Record>& records) {
  Record out = start(body);
  out.kind = Kind::membership;
  const json::Object* after = json::object(body, "new_chat_member");
  const json::Object* before = json::object(body, "old_chat_member");
  const json::Object* user = after == nullptr ? nullptr : json::object(*after, "user");
  if (auto person = user == nullptr ? std::nullopt : bot_person_of(*user)) {
    const bool own = out.author && out.author->id == person->id;
    person->role = role_of(json::text(*after, "status"),
                           before == nullptr ? std::string() : json::text(*before, "status"), own);
    out.people.push_back(std::move(*person));
  } else if (event == "chat_join_request" && out.author) {
    out.people.push_back(*out.author);
    out.people.back().role = "requested";
  }
  json::keep_rest(out, body, {"chat", "from", "date"});
  records.push_back(std::move(out));
}

void add_notice(const json::Object& body, std::string_view event, bool is_known,
                std::vector<Record>& records) {
  Record out = start(body);
  out.kind = event == "business_connection" ? Kind::context : Kind::notice;
  if (out.conversation.id.empty()) out.conversation.id = "telegram:account";
  if (const json::Object* message = json::object(body, "message")) {
    if (const json::Object* chat = json::object(*message, "chat")) out.conversation = bot_chat_of(*chat);
    out.target = record::Target{json::text_or_number(*message, "message_id"), {}, {}, {}};
  }
  if (!body.contains("date")) no_time(out);
  if (!is_known) out.doubts.push_back({"unknown-kind", "an update of a kind this program does not know"});
  json::keep_rest(out, body, {"chat", "date"});
  records.push_back(std::move(out));
}

/// The member that says what the update is about.
std::pair<std::string, const json::Object*> body_of(const json::Object& update) {
  for (const auto& [name, value] : update) {
    if (value.is_object()) return {std::string(name.data(), name.size()), &value.get_object()};
  }
  return {};
}

}  // namespace

std::vector<Record> read_update(const json::Object& update) {
  static const json::Object kNothing;
  std::vector<Record> records;
  auto [event, body] = body_of(update);
  if (body == nullptr) body = &kNothing;
  if (std::ranges::find(kMessages, event) != kMessages.end()) {
    records.push_back(read_bot_message(*body, event));
  } else if (event == "deleted_business_messages") {
    add_deletions(*body, records);
  } else if (event == "message_reaction") {
    add_reactions(*body, records);
  } else if (event == "poll_answer") {
    add_vote(*body, records);
  } else if (event == "chat_member" || event == "my_chat_member" || event == "chat_join_request") {
    add_membership(*body, event, records);
  } else {
    add_notice(*body, event, std::ranges::find(kNotices, event) != kNotices.end(), records);
  }
  const json::Object named{{"update", event}};
  for (Record& record : records) {
    record.extra["update"] = json::text(named, "update");
    if (const auto id = json::unsigned_integer(update, "update_id")) record.extra["update_id"] = *id;
  }
  if (records.front().native_id.empty())
    records.front().native_id = "update/" + json::text_or_number(update, "update_id");
  return records;
}

}  // namespace strongroom::capture::telegram
