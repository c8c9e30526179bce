#include "capture/discord/message.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/utf8.h"
#include "capture/discord/kinds.h"
#include "codec/text.h"
#include "record/time_text.h"

namespace strongroom::capture::discord {
namespace {

using record::Kind;
using record::Record;

constexpr std::int64_t kOldestPlausibleMs = 1'420'070'400'000;  ///< 2015-01-01, where Discord's ids begin
constexpr std::int64_t kNewestPlausibleMs = 4'102'444'800'000;  ///< 2100-01-01

/// The instant an id was given: milliseconds since 2015 above 22 other bits.
std::optional<std::int64_t> time_in(std::string_view id) {
  const auto number = codec::from_decimal(id, UINT64_MAX);
  if (!number || *number < (1ull << 22)) return std::nullopt;
  return static_cast<std::int64_t>(*number >> 22) + kOldestPlausibleMs;
}

void fill_times(const json::Object& message, Record& out) {
  const auto written = record::from_rfc3339(json::text(message, "timestamp"));
  if (written) {
    out.sent_at.unix_ms = *written;
  } else {
    out.sent_at.unix_ms = time_in(out.native_id).value_or(0);
    out.doubts.push_back(
        {"no-own-time", "the export gives no time; this is when the message's id was given"});
  }
  if (out.sent_at.unix_ms < kOldestPlausibleMs || out.sent_at.unix_ms > kNewestPlausibleMs)
    out.doubts.push_back(
        {"implausible-time", fmt::format("{} ms is before 2015 or after 2100", out.sent_at.unix_ms)});
  const std::string edited = json::text(message, "timestampEdited");
  if (edited.empty()) return;
  out.extra["edited"] = true;
  if (const auto at = record::from_rfc3339(edited); at && *at > 0)
    out.extra["edited_at_ms"] = static_cast<std::uint64_t>(*at);
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// "%20" as a space; what is no escape stays.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool room = text[i] == '%' && i + 2 < text.size();
    const int high = room ? nibble(text[i + 1]) : -1;
    const int low = room ? nibble(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

/// Addresses on the network are not in the source; everything else is a path beside the export.
void settle(record::Attachment& a, const std::string& url, const Surroundings& around) {
  a.source_reference = url;
  if (url.empty() || url.starts_with("http://") || url.starts_with("https://")) return;
  if (!around.beside.settle(a, around.file, url)) around.beside.settle(a, around.file, unescaped(url));
}

void add_files(const json::Object& message, std::string_view flavour, const Surroundings& around,
               Record& out) {
  for (const std::string_view list : {"attachments", "stickers"}) {
    const json::Array* files = json::array(message, list);
    if (files == nullptr) continue;
    for (const json::Any& value : *files) {
      const json::Object* file = value.if_object();
      if (file == nullptr) continue;
      const bool sticker = list == "stickers";
      record::Attachment a;
      a.name = json::text(*file, sticker ? "name" : "fileName");
      a.size = json::unsigned_integer(*file, "fileSizeBytes");
      a.flavour = sticker ? std::string_view("sticker") : flavour;
      settle(a, json::text(*file, sticker ? "sourceUrl" : "url"), around);
      out.attachments.push_back(std::move(a));
    }
  }
}

void add_embeds(const json::Object& message, Record& out) {
  const json::Array* embeds = json::array(message, "embeds");
  if (embeds == nullptr) return;
  for (const json::Any& value : *embeds) {
    const json::Object* embed = value.if_object();
    if (embed == nullptr) continue;
    record::Attachment a;
    a.flavour = "link_preview";
    a.source_reference = json::text(*embed, "url");
    a.caption = json::text(*embed, "title");
    const std::string description = json::text(*embed, "description");
    if (!a.caption.empty() && !description.empty()) a.caption += '\n';
    a.caption += description;
    out.attachments.push_back(std::move(a));
  }
}

/// What the model has no word for, as JSON text; empty lists say nothing.
void keep_lists(const json::Object& message, Record& out) {
  for (const std::string name : {"embeds", "components", "inlineEmojis", "reactions"}) {
    const json::Array* list = json::array(message, name);
    if (list == nullptr || list->empty()) continue;
    const std::string written = boost::json::serialize(*list);
    out.extra[name] = utf8::is_valid(written) ? written : utf8::repaired(written);
  }
}

void fill_reference(const json::Object& message, const std::string& type, Record& out) {
  const json::Object* reference = json::object(message, "reference");
  if (reference == nullptr) return;
  const std::string id = json::text_or_number(*reference, "messageId");
  const bool forward = json::text(*reference, "type") == "Forward";
  if (!forward && out.kind == Kind::message && type != "21" && !id.empty())
    out.reply_to = record::Target{id, {}, {}, {}};
  json::keep_rest(out, *reference, {}, forward ? "forwarded." : "reference.");
}

void fill_forwarded(const json::Object& message, const Surroundings& around, Record& out) {
  const json::Object* forwarded = json::object(message, "forwardedMessage");
  if (forwarded == nullptr) return;
  out.extra["forwarded"] = true;
  if (out.text.empty()) out.text = json::text(*forwarded, "content");
  add_files(*forwarded, "forwarded", around, out);
  add_embeds(*forwarded, out);
  json::keep_rest(out, *forwarded, {}, "forwarded.");
}

void fill_author(const json::Object& message, const Channel& channel, const Surroundings& around,
                 Record& out) {
  const json::Object* author = json::object(message, "author");
  if (author == nullptr) return;
  out.author = person_of(*author);
  json::keep_rest(out, *author, {"id", "name", "nickname", "discriminator", "roles"}, "author.");
  if (!out.author) return;
  const std::string account = json::text(*author, "name");
  if (!around.custodian_name.empty()) {
    out.outgoing = around.custodian_name == out.author->name || around.custodian_name == account;
  } else if (channel.direct && !channel.name.empty()) {
    out.outgoing = channel.name != out.author->name && channel.name != account;
  }
  if (out.outgoing) out.author->role = "self";
}

void fill_mentions(const json::Object& message, Record& out) {
  const json::Array* mentions = json::array(message, "mentions");
  if (mentions == nullptr || out.kind == Kind::membership) return;
  for (const json::Any& value : *mentions) {
    const json::Object* user = value.if_object();
    auto person = user == nullptr ? std::nullopt : person_of(*user);
    if (!person) continue;
    person->role = "mentioned";
    out.people.push_back(std::move(*person));
  }
}

std::string emoji_of(const json::Object& reaction) {
  const json::Object* emoji = json::object(reaction, "emoji");
  if (emoji == nullptr) return "?";
  const std::string name = json::text(*emoji, "name"), id = json::text_or_number(*emoji, "id");
  if (!id.empty()) return ":" + (name.empty() ? id : name) + ":";
  return name.empty() ? "?" : name;
}

/// What tells two reactions of one person apart: emoji of several servers bear one name.
std::string emoji_id_of(const json::Object& reaction) {
  const json::Object* emoji = json::object(reaction, "emoji");
  const std::string id = emoji == nullptr ? std::string() : json::text_or_number(*emoji, "id");
  return id.empty() ? emoji_of(reaction) : id;
}

void add_reactions(const json::Object& message, const Surroundings& around, std::vector<Record>& records) {
  const json::Array* reactions = json::array(message, "reactions");
  if (reactions == nullptr) return;
  for (const json::Any& value : *reactions) {
    const json::Object* reaction = value.if_object();
    const json::Array* users = reaction == nullptr ? nullptr : json::array(*reaction, "users");
    if (users == nullptr) continue;
    for (const json::Any& user : *users) {
      const Record& first = records.front();
      Record out;
      out.kind = Kind::reaction;
      out.conversation = first.conversation;
      out.text = emoji_of(*reaction);
      out.sent_at = first.sent_at;
      out.doubts.push_back({"no-own-time", "the export gives no time for a reaction; this is the message's"});
      if (const json::Object* who = user.if_object()) out.author = person_of(*who);
      out.outgoing =
          out.author && !around.custodian_name.empty() && out.author->name == around.custodian_name;
      out.target = record::Target{
          first.native_id, first.author ? first.author->id : std::string(), first.sent_at.unix_ms, {}};
      out.native_id = fmt::format("{}/reaction/{}/{}", first.native_id, out.author ? out.author->id : "",
                                  emoji_id_of(*reaction));
      records.push_back(std::move(out));
    }
  }
}

}  // namespace

Channel channel_of(const json::Object& head) {
  static const json::Object kNothing;
  const json::Object* guild = json::object(head, "guild");
  const json::Object* written = json::object(head, "channel");
  if (guild == nullptr) guild = &kNothing;
  if (written == nullptr) written = &kNothing;
  Channel channel;
  channel.name = json::text(*written, "name");
  const std::string type = json::text(*written, "type");
  channel.direct = type == "DirectTextChat";
  channel.conversation.id = "discord:channel:" + json::text_or_number(*written, "id");
  channel.conversation.title = channel.name;
  channel.conversation.kind =
      channel.direct ? record::ConversationKind::direct : record::ConversationKind::group;
  const std::string of = json::text(*guild, "name");
  if (!type.starts_with("Direct") && !of.empty()) channel.conversation.title = of + " / " + channel.name;
  return channel;
}

Record context_of(const json::Object& head, const Channel& channel) {
  Record out;
  out.kind = Kind::context;
  out.conversation = channel.conversation;
  out.extra["object"] = std::string("channel");
  for (const std::string part : {"guild", "channel", "dateRange"}) {
    if (const json::Object* object = json::object(head, part)) json::keep_rest(out, *object, {}, part + ".");
  }
  json::keep_rest(out, head, {"guild", "channel", "dateRange"});
  return out;
}

std::vector<Record> read_message(const json::Object& message, const Channel& channel,
                                 const Surroundings& around) {
  std::vector<Record> records;
  Record& out = records.emplace_back();
  out.conversation = channel.conversation;
  out.native_id = json::text_or_number(message, "id");
  fill_author(message, channel, around, out);
  fill_times(message, out);
  out.text = json::text(message, "content");
  const std::string type = json::text_or_number(message, "type");
  fill_kind(message, type, out);
  fill_mentions(message, out);
  add_files(message, {}, around, out);
  add_embeds(message, out);
  keep_lists(message, out);
  fill_reference(message, type, out);
  fill_forwarded(message, around, out);
  json::keep_rest(out, message,
                  {"id", "timestamp", "timestampEdited", "callEndedTimestamp", "content", "author",
                   "attachments", "stickers", "embeds", "components", "inlineEmojis", "reactions", "mentions",
                   "reference", "forwardedMessage"});
  add_reactions(message, around, records);
  return records;
}

}  // namespace strongroom::capture::discord
