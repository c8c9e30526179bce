#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/telegram/bot.h"
#include "capture/telegram/media.h"
#include "capture/telegram/people.h"
#include "capture/telegram/text.h"
#include "capture/telegram/times.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;
using record::Record;

constexpr std::int64_t kChannelOffset = 1'000'000'000'000;  ///< a channel N is the chat -(10^12 + N)

/// Members that say by their name what a service message tells.
constexpr std::array<std::string_view, 24> kServices{"group_chat_created",
                                                     "supergroup_chat_created",
                                                     "channel_chat_created",
                                                     "migrate_to_chat_id",
                                                     "migrate_from_chat_id",
                                                     "successful_payment",
                                                     "refunded_payment",
                                                     "users_shared",
                                                     "chat_shared",
                                                     "write_access_allowed",
                                                     "connected_website",
                                                     "proximity_alert_triggered",
                                                     "boost_added",
                                                     "chat_background_set",
                                                     "forum_topic_created",
                                                     "forum_topic_edited",
                                                     "forum_topic_closed",
                                                     "forum_topic_reopened",
                                                     "giveaway_created",
                                                     "giveaway_completed",
                                                     "video_chat_scheduled",
                                                     "web_app_data",
                                                     "gift",
                                                     "unique_gift"};

std::string joined(const json::Object& object, std::string_view first, std::string_view last) {
  std::string out = json::text(object, first);
  const std::string tail = json::text(object, last);
  if (!out.empty() && !tail.empty()) out += ' ';
  return out + tail;
}

record::Attachment file_of(const json::Object& file, std::string_view flavour) {
  record::Attachment a;
  a.name = json::text(file, "file_name");
  a.media_type = json::text(file, "mime_type");
  a.size = json::unsigned_integer(file, "file_size");
  a.width = json::unsigned_integer(file, "width");
  a.height = json::unsigned_integer(file, "height");
  a.source_reference = json::text(file, "file_id");
  a.caption = json::text(file, "emoji");
  a.flavour = flavour;
  return a;
}

void add_files(const json::Object& message, Record& out) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFiles{
      {{"document", ""},
       {"video", ""},
       {"audio", ""},
       {"voice", "voice"},
       {"video_note", "video_message"},
       {"animation", "gif"},
       {"sticker", "sticker"}}};
  const bool animation = json::object(message, "animation") != nullptr;
  for (const auto& [name, flavour] : kFiles) {
    if (animation && name == "document") continue;  // the same file again, for older programs
    if (const json::Object* file = json::object(message, name))
      out.attachments.push_back(file_of(*file, flavour));
  }
  for (const std::string_view name : {"photo", "new_chat_photo"}) {  // the same picture in several sizes
    const json::Array* sizes = json::array(message, name);
    const json::Object* largest = sizes == nullptr || sizes->empty() ? nullptr : sizes->back().if_object();
    if (largest != nullptr) out.attachments.push_back(file_of(*largest, "photo"));
  }
}

void fill_poll(const json::Object& written, Record& out) {
  out.kind = Kind::poll;
  record::Poll poll{json::text(written, "question"),
                    {},
                    json::boolean(written, "allows_multiple_answers"),
                    json::boolean(written, "is_closed")};
  if (const json::Array* options = json::array(written, "options")) {
    for (const json::Any& value : *options) {
      const json::Object* option = value.if_object();
      if (option == nullptr) continue;
      poll.options.push_back(
          {json::text(*option, "text"), json::unsigned_integer(*option, "voter_count").value_or(0)});
    }
  }
  out.text = poll.question;
  out.poll = std::move(poll);
  out.extra["poll_id"] = json::text_or_number(written, "id");
}

void fill_content(const json::Object& message, Record& out) {
  const bool captioned = !message.contains("text");
  out.text = json::text(message, captioned ? "caption" : "text");
  if (const json::Array* entities = json::array(message, captioned ? "caption_entities" : "entities"))
    fill_ranges(*entities, out);
  add_files(message, out);
  if (const json::Object* contact = json::object(message, "contact")) fill_contact(*contact, out);
  const json::Object* place = json::object(message, "location");
  if (const json::Object* venue = json::object(message, "venue")) {
    out.extra["place"] = json::text(*venue, "title");
    out.extra["address"] = json::text(*venue, "address");
    if (place == nullptr) place = json::object(*venue, "location");
  }
  if (place != nullptr) {
    out.extra["location"] = std::string("point");
    out.extra["latitude"] = json::text_or_number(*place, "latitude");
    out.extra["longitude"] = json::text_or_number(*place, "longitude");
  }
  if (const json::Object* poll = json::object(message, "poll")) fill_poll(*poll, out);
}

void add_person(const json::Object& user, std::string_view role, std::string_view own_role, Record& out) {
  auto person = bot_person_of(user);
  if (!person) return;
  person->role = out.author && out.author->id == person->id ? own_role : role;
  out.people.push_back(std::move(*person));
}

void fill_call(const json::Object& call, std::string_view state, Record& out) {
  out.kind = Kind::call;
  out.extra["state"] = std::string(state);
  if (const auto seconds = json::unsigned_integer(call, "duration")) out.extra["duration_s"] = *seconds;
  const json::Array* users = json::array(call, "users");
  if (users == nullptr) return;
  for (const json::Any& user : *users) {
    if (const json::Object* object = user.if_object()) add_person(*object, "invited", "invited", out);
  }
}

/// True if the message tells of a change and is no message.
bool fill_service(const json::Object& message, Record& out) {
  if (const json::Array* members = json::array(message, "new_chat_members")) {
    out.kind = Kind::membership;
    for (const json::Any& member : *members) {
      if (const json::Object* user = member.if_object()) add_person(*user, "added", "joined", out);
    }
  } else if (const json::Object* left = json::object(message, "left_chat_member")) {
    out.kind = Kind::membership;
    add_person(*left, "removed", "left", out);
  } else if (message.contains("new_chat_title")) {
    out.kind = Kind::rename;
    out.text = json::text(message, "new_chat_title");
  } else if (message.contains("new_chat_photo") || message.contains("delete_chat_photo")) {
    out.kind = Kind::rename;
  } else if (const json::Object* pinned = json::object(message, "pinned_message")) {
    out.kind = Kind::pin;
    out.target =
        record::Target{json::text_or_number(*pinned, "message_id"), {}, {}, json::text(*pinned, "text")};
  } else if (const json::Object* timer = json::object(message, "message_auto_delete_timer_changed")) {
    out.kind = Kind::timer;
    const auto seconds = json::unsigned_integer(*timer, "message_auto_delete_time").value_or(0);
    out.extra["expires_in_ms"] = std::min<std::uint64_t>(seconds, 1u << 30) * 1000;
  } else if (const json::Object* ended = json::object(message, "video_chat_ended")) {
    fill_call(*ended, "ended", out);
  } else if (const json::Object* started = json::object(message, "video_chat_started")) {
    fill_call(*started, "started", out);
  } else if (const json::Object* invited = json::object(message, "video_chat_participants_invited")) {
    fill_call(*invited, "invited", out);
  } else {
    const auto service = std::ranges::find_if(
        kServices, [&](std::string_view name) { return message.contains({name.data(), name.size()}); });
    if (service == kServices.end()) return false;
    out.kind = Kind::notice;
    out.extra["event"] = std::string(*service);
  }
  return true;
}

void fill_reply(const json::Object& message, Record& out) {
  const json::Object* replied = json::object(message, "reply_to_message");
  if (replied == nullptr) return;
  record::Target target{json::text_or_number(*replied, "message_id"), {}, {}, json::text(*replied, "text")};
  if (target.text.empty()) target.text = json::text(*replied, "caption");
  const json::Object* from = json::object(*replied, "from");
  if (const auto author = from == nullptr ? std::nullopt : bot_person_of(*from))
    target.author_id = author->id;
  if (const auto date = json::integer(*replied, "date")) {
    std::vector<record::Doubt> none;
    target.sent_at_ms = instant(*date, none).unix_ms;
  }
  if (const json::Object* quote = json::object(message, "quote")) target.text = json::text(*quote, "text");
  out.reply_to = std::move(target);
}

/// In a chat of two of a business account, whoever is not the other side is the custodian.
void settle_direction(const json::Object& message, const json::Object& chat, Record& out) {
  if (!message.contains("business_connection_id") || !out.author) return;
  auto other = bot_person_of(chat);
  if (!other || other->id == out.author->id) return;
  out.outgoing = true;
  out.author->role = "self";
  out.people.push_back(std::move(*other));
}

}  // namespace

std::optional<record::Person> bot_person_of(const json::Object& object) {
  const auto id = json::integer(object, "id");
  std::string name = json::text(object, "title");
  if (name.empty()) name = joined(object, "first_name", "last_name");
  record::Person person{{}, std::move(name), {}, {}};
  if (id && *id != 0) {
    person.id = *id > 0 ? fmt::format("telegram:user:{}", *id) : bot_chat_of(object).id;
  } else if (!person.name.empty()) {
    person.id = "name:" + person.name;
  } else {
    return std::nullopt;
  }
  if (const std::string username = json::text(object, "username"); !username.empty())
    person.addresses.push_back("username:" + username);
  return person;
}

record::Conversation bot_chat_of(const json::Object& chat) {
  const std::int64_t id = json::integer(chat, "id").value_or(0);
  const std::string type = json::text(chat, "type");
  record::Conversation out;
  out.title = json::text(chat, "title");
  if (out.title.empty()) out.title = joined(chat, "first_name", "last_name");
  if (id >= 0) {
    out.id = fmt::format("telegram:user:{}", id);
    out.kind = record::ConversationKind::direct;
  } else if (id <= -kChannelOffset) {
    out.id = fmt::format("telegram:channel:{}", -(id + kChannelOffset));
    out.kind = type == "channel" ? record::ConversationKind::broadcast : record::ConversationKind::group;
  } else {
    out.id = fmt::format("telegram:chat:{}", -id);
    out.kind = record::ConversationKind::group;
  }
  return out;
}

Record read_bot_message(const json::Object& message, std::string_view event) {
  static const json::Object kNothing;
  const json::Object* chat = json::object(message, "chat");
  if (chat == nullptr) chat = &kNothing;
  const bool edited = event.starts_with("edited_");
  Record out;
  out.conversation = bot_chat_of(*chat);
  out.native_id = json::text_or_number(message, "message_id");
  for (const std::string_view who : {"from", "sender_chat"}) {
    const json::Object* author = json::object(message, who);
    if (author != nullptr && !out.author) out.author = bot_person_of(*author);
  }
  settle_direction(message, *chat, out);
  const auto date = json::integer(message, "date");
  const auto edit = json::integer(message, "edit_date");
  if (edited && edit) {
    out.sent_at = instant(*edit, out.doubts);
  } else if (date) {
    out.sent_at = instant(*date, out.doubts);
  } else {
    out.doubts.push_back({"no-own-time", "the update gives no time"});
  }
  if (!fill_service(message, out)) fill_content(message, out);
  if (message.contains("new_chat_photo")) add_files(message, out);
  if (edited) {
    out.kind = Kind::edit;
    std::optional<std::int64_t> sent_at;
    std::vector<record::Doubt> none;
    if (date) sent_at = instant(*date, none).unix_ms;
    out.target = record::Target{out.native_id, out.author ? out.author->id : std::string(), sent_at, {}};
  }
  fill_reply(message, out);
  json::keep_rest(out, message,
                  {"message_id",
                   "from",
                   "sender_chat",
                   "chat",
                   "date",
                   "edit_date",
                   "text",
                   "caption",
                   "photo",
                   "document",
                   "video",
                   "audio",
                   "voice",
                   "video_note",
                   "animation",
                   "sticker",
                   "contact",
                   "location",
                   "venue",
                   "poll",
                   "new_chat_members",
                   "new_chat_member",
                   "new_chat_participant",
                   "left_chat_member",
                   "left_chat_participant",
                   "new_chat_title",
                   "new_chat_photo",
                   "pinned_message",
                   "reply_to_message"});
  return out;
}

}  // namespace strongroom::capture::telegram
