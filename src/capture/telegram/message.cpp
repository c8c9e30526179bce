#include "capture/telegram/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/telegram/media.h"
#include "capture/telegram/people.h"
#include "capture/telegram/service.h"
#include "capture/telegram/text.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;
using record::Record;

/// How far the wall clock of this message is from UTC, if it bears both.
std::optional<std::int64_t> offset_of(const json::Object& message) {
  const auto seconds = json::integer(message, "date_unixtime");
  const auto wall = wall_seconds(json::text(message, "date"));
  if (!seconds || !wall || *seconds < kOldestPlausible || *seconds > kNewestPlausible) return std::nullopt;
  return *wall - *seconds;
}

void fill_author(const json::Object& message, const Chat& chat, const Surroundings& around, Record& out) {
  for (const std::string who : {"from", "actor"}) {
    out.author = person_of(json::text_or_number(message, who + "_id"), json::text(message, who));
    if (out.author) break;
  }
  if (!out.author) return;
  out.outgoing = is_own(*out.author, chat, around);
  if (out.outgoing) out.author->role = "self";
  if (out.outgoing && chat.other) out.people.push_back(*chat.other);
}

void fill_times(const json::Object& message, Chat& chat, const Surroundings& around, Record& out) {
  if (const auto time = time_of(message, "date", around.clock, out.doubts)) {
    out.sent_at = *time;
    chat.last_time = *time;
  } else {
    out.sent_at = chat.last_time;
    out.doubts.push_back({"no-own-time", "the export gives no time; it bears that of the message before"});
  }
  if (!message.contains("edited") && !message.contains("edited_unixtime")) return;
  out.extra["edited"] = true;
  if (const auto edited = time_of(message, "edited", around.clock, out.doubts); edited && edited->unix_ms > 0)
    out.extra["edited_at_ms"] = static_cast<std::uint64_t>(edited->unix_ms);
}

void fill_poll(const json::Object& written, Record& out) {
  out.kind = Kind::poll;
  record::Poll poll{plain_text(written, "question"), {}, {}, json::boolean(written, "closed")};
  std::string chosen;
  if (const json::Array* answers = json::array(written, "answers")) {
    for (const json::Any& value : *answers) {
      const json::Object* answer = value.if_object();
      if (answer == nullptr) continue;
      poll.options.push_back(
          {plain_text(*answer, "text"), json::unsigned_integer(*answer, "voters").value_or(0)});
      if (json::boolean(*answer, "chosen")) chosen += (chosen.empty() ? "" : "\n") + poll.options.back().text;
    }
  }
  if (out.text.empty()) out.text = poll.question;
  if (!chosen.empty()) out.extra["own_votes"] = std::move(chosen);
  json::keep_rest(out, written, {"question", "closed", "answers"}, "poll.");
  out.poll = std::move(poll);
}

void fill_reply(const json::Object& message, Record& out) {
  const std::string id = json::text_or_number(message, "reply_to_message_id");
  if (!id.empty()) out.reply_to = record::Target{id, {}, {}, {}};
}

Record start(const json::Object& message, Chat& chat, const Surroundings& around) {
  Record out;
  out.conversation = chat.conversation;
  out.native_id = json::text_or_number(message, "id");
  fill_author(message, chat, around, out);
  fill_times(message, chat, around, out);
  return out;
}

/// What somebody put on a message: an emoji, a custom emoji by its file or id, or a paid star.
std::string put_on(const json::Object& reaction, std::vector<record::Doubt>& doubts) {
  if (std::string emoji = json::text(reaction, "emoji"); !emoji.empty()) return emoji;
  if (std::string id = json::text_or_number(reaction, "document_id"); !id.empty()) return id;
  std::string type = json::text(reaction, "type");
  if (type == "paid") return "\u2B50";
  doubts.push_back({"unknown-kind", "a reaction of a kind this program does not know"});
  return type.empty() ? std::string("?") : type;
}

Record reaction_of(const json::Any& recent, const json::Object& reaction, const Record& message,
                   std::optional<std::int64_t> offset, Chat& chat, const Surroundings& around) {
  Record out;
  out.kind = Kind::reaction;
  out.conversation = message.conversation;
  out.text = put_on(reaction, out.doubts);
  out.target = record::Target{
      message.native_id, message.author ? message.author->id : std::string(), message.sent_at.unix_ms, {}};
  out.sent_at = message.sent_at;
  const json::Object* who = recent.if_object();
  if (who != nullptr) {
    out.author = person_of(json::text_or_number(*who, "from_id"), json::text(*who, "from"));
    const std::string date = json::text(*who, "date");
    const auto time =
        offset ? around.clock.read_at(date, *offset, out.doubts) : around.clock.read(date, out.doubts);
    if (time) out.sent_at = *time;
    if (!time) out.doubts.push_back({"no-own-time", "the reaction bears the time of its message"});
    json::keep_rest(out, *who, {"from", "from_id", "date"});
  } else {
    out.doubts.push_back({"unknown-kind", "a reaction is not written as an object"});
  }
  if (out.author) out.outgoing = is_own(*out.author, chat, around);
  out.native_id =
      fmt::format("{}/reaction/{}/{}", message.native_id, out.author ? out.author->id : "", out.text);
  return out;
}

void add_reactions(const json::Object& message, Chat& chat, const Surroundings& around,
                   std::vector<Record>& records) {
  const json::Array* reactions = json::array(message, "reactions");
  if (reactions == nullptr) return;
  const auto offset = offset_of(message);
  for (const json::Any& value : *reactions) {
    const json::Object* reaction = value.if_object();
    const json::Array* recent = reaction == nullptr ? nullptr : json::array(*reaction, "recent");
    if (recent == nullptr) continue;
    for (const json::Any& who : *recent)
      records.push_back(reaction_of(who, *reaction, records.front(), offset, chat, around));
  }
}

void fill_message(const json::Object& message, Record& out) {
  if (const json::Object* poll = json::object(message, "poll")) fill_poll(*poll, out);
  if (const auto* from = message.if_contains("forwarded_from"); from != nullptr && from->is_null())
    out.extra["forwarded_from"] = std::string();  // a deleted account
}

/// Members that have no place in the model.
void keep_unplaced(const json::Object& message, Record& out) {
  json::keep_rest(out, message,
                  {"id",
                   "type",
                   "date",
                   "date_unixtime",
                   "edited",
                   "edited_unixtime",
                   "from",
                   "from_id",
                   "actor",
                   "actor_id",
                   "text",
                   "text_entities",
                   "reply_to_message_id",
                   "photo",
                   "photo_file_size",
                   "file",
                   "file_name",
                   "file_size",
                   "mime_type",
                   "width",
                   "height",
                   "media_type",
                   "thumbnail",
                   "thumbnail_file_size",
                   "sticker_emoji",
                   "contact_information",
                   "contact_vcard",
                   "contact_vcard_file_size",
                   "location_information",
                   "poll",
                   "action",
                   "members",
                   "inviter",
                   "duration_seconds",
                   "discard_reason",
                   "message_id",
                   "period",
                   "information_text"});
}

/// A message of text and nothing else: most of them. Saves looking for what is not there.
bool is_plain(const json::Object& message) {
  constexpr std::array<std::string_view, 8> kPlain{"id",   "type",    "date", "date_unixtime",
                                                   "from", "from_id", "text", "text_entities"};
  return std::ranges::all_of(message, [&](const auto& member) {
    return std::ranges::find(kPlain, std::string_view(member.key().data(), member.key().size())) !=
           kPlain.end();
  });
}

}  // namespace

bool is_own(const record::Person& author, const Chat& chat, const Surroundings& around) {
  if (!around.self_id.empty()) return author.id == around.self_id;
  if (!around.custodian_name.empty()) return author.name == around.custodian_name;
  if (chat.conversation.kind == record::ConversationKind::note_to_self) return true;
  return chat.type == "personal_chat" && chat.other && author.id.starts_with("telegram:user:") &&
         author.id != chat.other->id;
}

std::optional<record::SourceTime> time_of(const json::Object& object, const std::string& name,
                                          WallClock& clock, std::vector<record::Doubt>& doubts) {
  if (const auto seconds = json::integer(object, name + "_unixtime"); seconds && *seconds != 0)
    return instant(*seconds, doubts);
  const std::string written = json::text(object, name);
  return written.empty() ? std::nullopt : clock.read(written, doubts);
}

std::vector<Record> read_message(const json::Object& message, Chat& chat, const Surroundings& around) {
  std::vector<Record> records;
  Record& out = records.emplace_back(start(message, chat, around));
  const std::string type = json::text(message, "type");
  fill_text(message, out);
  if (type == "message" && is_plain(message)) return records;
  fill_media(message, around.file, around.beside, out);
  fill_reply(message, out);
  if (type == "service") {
    fill_service(message, out);
  } else if (type == "message") {
    fill_message(message, out);
  } else {
    out.kind = Kind::notice;
    out.extra["event"] = type;
    out.doubts.push_back(
        type == "unsupported"
            ? record::Doubt{"left-out-by-exporter",
                            "the program that exported did not know this kind of message"}
            : record::Doubt{"unknown-kind", "a message of a type this program does not know"});
  }
  keep_unplaced(message, out);
  add_reactions(message, chat, around, records);
  return records;
}

}  // namespace strongroom::capture::telegram
