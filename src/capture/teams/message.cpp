#include "capture/teams/message.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "capture/teams/events.h"
#include "capture/teams/markup.h"
#include "record/time_text.h"

namespace strongroom::capture::teams {
namespace {

using record::Kind;
using record::Record;

void add_line(Record& record, const std::string& line) {
  if (line.empty()) return;
  if (!record.text.empty()) record.text += '\n';
  record.text += line;
}

/// `mentions` say who is meant by the numbers in the text; of several with one number the first.
void settle_mentions(Record& record, const json::Array* mentions) {
  if (mentions == nullptr) return;
  std::map<std::string, const json::Object*> by_id;
  for (const json::Any& any : *mentions) {
    const json::Object* mention = any.if_object();
    if (mention != nullptr) by_id.try_emplace(text(*mention, "id"), mention);
  }
  for (record::TextRange& range : record.ranges) {
    const auto found = range.style == "mention" ? by_id.find(range.mention_id) : by_id.end();
    if (found == by_id.end()) continue;
    const auto person = person_of(object(*found->second, "mentioned"));
    range.mention_id = person ? person->id : "name:" + text(*found->second, "mentionText");
  }
}

void read_body(Record& record, const json::Object& message) {
  const json::Object* body = object(message, "body");
  if (body == nullptr) return;
  const std::string content = text(*body, "content"), type = text(*body, "contentType");
  if (type != "html" && type != "Html" && type != "HTML") {
    record.text = content;
    return;
  }
  if (content.size() > kMarkupMax) {
    record.text = content;
    record.doubts.push_back({"markup-kept", "the body is too large to be reduced to plain text"});
    return;
  }
  Plain plain = plain_text(content);
  record.text = std::move(plain.text);
  record.ranges = std::move(plain.ranges);
  if (content != record.text) record.extra["html"] = content;
  settle_mentions(record, array(message, "mentions"));
  for (const std::string& image : plain.images) {
    record::Attachment out;
    out.media_type = "image/*";
    out.source_reference = image;
    out.flavour = image.find("/hostedContents/") != std::string::npos ? "hosted_content" : "image";
    record.attachments.push_back(std::move(out));
  }
}

/// The words of an adaptive or older card.
void gather(std::string& out, const json::Any& any, int depth) {
  if (depth > 16) return;
  if (const json::Array* list = any.if_array()) {
    for (const json::Any& element : *list) gather(out, element, depth + 1);
  }
  const json::Object* object = any.if_object();
  if (object == nullptr) return;
  for (const std::string_view name : {"title", "subtitle", "text", "summary"}) {
    const std::string words = plain_text(std::string_view(text(*object, name)).substr(0, kMarkupMax)).text;
    if (!words.empty()) out += (out.empty() ? "" : "\n") + words;
  }
  for (const std::string_view name : {"body", "items", "columns", "sections", "facts", "cells", "rows"}) {
    if (const json::Any* inner = object->if_contains(boost::json::string_view(name.data(), name.size())))
      gather(out, *inner, depth + 1);
  }
}

/// messageReference: a message quoted inside this one.
void read_quote(Record& record, const json::Object& quoted) {
  record::Target target;
  target.native_id = text(quoted, "messageId");
  target.text = text(quoted, "messagePreview");
  if (const auto sender = person_of(object(quoted, "messageSender"))) target.author_id = sender->id;
  if (!record.reply_to || record.reply_to->native_id == target.native_id) record.reply_to = std::move(target);
}

/// The attachments whose `content` is JSON in a string.
bool read_content(Record& record, const std::string& type, const std::string& content) {
  const auto parsed = json::parse(content);
  const json::Object* inner = parsed ? parsed->if_object() : nullptr;
  if (inner == nullptr) return false;
  if (type == "messageReference") {
    read_quote(record, *inner);
    return true;
  }
  if (type == "forwardedMessageReference") {
    record.extra["forwarded"] = content;
    add_line(record,
             plain_text(std::string_view(text(*inner, "originalMessageContent")).substr(0, kMarkupMax)).text);
    return true;
  }
  if (!type.starts_with("application/vnd.microsoft.")) return false;
  std::string words;
  gather(words, *parsed, 0);
  add_line(record, words);
  record.extra["card " + std::to_string(record.extra.size())] = content;
  return true;
}

void read_attachments(Record& record, const json::Object& message, const Surroundings& around) {
  const json::Array* list = array(message, "attachments");
  if (list == nullptr) return;
  for (const json::Any& any : *list) {
    const json::Object* object = any.if_object();
    if (object == nullptr) continue;
    const std::string type = text(*object, "contentType");
    if (read_content(record, type, text(*object, "content"))) continue;
    record::Attachment out;
    out.name = text(*object, "name");
    out.source_reference = text(*object, "contentUrl");
    if (out.source_reference.empty()) out.source_reference = text(*object, "id");
    if (type.find('/') != std::string::npos)
      out.media_type = type;
    else
      out.flavour = type == "reference" ? "" : type;
    if (!out.name.empty() && around.beside.settle_by_name(out, out.name))
      record.doubts.push_back(
          {"found-by-name", "a file beside bears the attachment's name; the source does not say more"});
    else
      out.state = record::AttachmentState::not_in_source;
    record.attachments.push_back(std::move(out));
  }
}

/// The six of old are words, all others the emoji itself.
std::string emoji_of(const std::string& type) {
  static constexpr struct {
    std::string_view name, emoji;
  } kNamed[] = {{"like", "\xF0\x9F\x91\x8D"},  {"heart", "\xE2\x9D\xA4\xEF\xB8\x8F"},
                {"laugh", "\xF0\x9F\x98\x86"}, {"surprised", "\xF0\x9F\x98\xAE"},
                {"sad", "\xF0\x9F\x98\xA2"},   {"angry", "\xF0\x9F\x98\xA0"}};
  for (const auto& named : kNamed) {
    if (type == named.name) return std::string(named.emoji);
  }
  return type;
}

Result<void> read_reactions(const json::Object& message, const Record& main, const Surroundings& around,
                            Emission& out) {
  const json::Array* list = array(message, "reactions");
  if (list == nullptr) return {};
  for (const json::Any& any : *list) {
    Record record;
    record.kind = Kind::reaction;
    record.conversation = main.conversation;
    record.target = record::Target{
        main.native_id, main.author ? main.author->id : std::string(), main.sent_at.unix_ms, {}};
    if (const json::Object* reaction = any.if_object()) {
      record.author = person_of(object(*reaction, "user"));
      record.outgoing = record.author && is_custodian(*record.author, around);
      record.text = emoji_of(text(*reaction, "reactionType"));
      set_instant(record, instant(*reaction, "createdDateTime"));
      json::keep_rest(record, *reaction, {"user", "User", "createdDateTime", "CreatedDateTime"});
    } else {
      record.doubts.push_back({"no-time", "a reaction that is no object"});
    }
    TRY(out.emit(std::move(record)));
  }
  return {};
}

void read_states(Record& record, const json::Object& message) {
  if (const auto edited = instant(message, "lastEditedDateTime")) {
    record.extra["edited"] = true;
    record.extra["edited_at"] = record::rfc3339(*edited);
  }
  const auto deleted = instant(message, "deletedDateTime");
  if (!deleted) return;
  record.kind = Kind::deletion;
  record.target = record::Target{
      record.native_id, record.author ? record.author->id : std::string(), record.sent_at.unix_ms, {}};
  record.extra["created_at"] = record::rfc3339(record.sent_at.unix_ms);
  if (record.author) record.people.push_back(*record.author);
  record.author.reset();  // who deleted it is not said
  record.outgoing = false;
  set_instant(record, deleted);
}

Record message_record(const json::Object& message, const Surroundings& around) {
  Record record;
  record.conversation = conversation_of(message);
  record.native_id = text(message, "id");
  set_instant(record, instant(message, "createdDateTime"));
  const json::Object* from = object(message, "from");
  record.author = person_of(from);
  record.outgoing = record.author && is_custodian(*record.author, around);
  if (const json::Object* user = from == nullptr ? nullptr : object(*from, "user")) {
    if (const std::string type = text(*user, "userIdentityType"); !type.empty() && type != "aadUser")
      record.extra["from.userIdentityType"] = type;
  }
  const std::string reply_to = text(message, "replyToId");
  if (!reply_to.empty() && reply_to != record.native_id)
    record.reply_to = record::Target{reply_to, {}, {}, {}};
  read_body(record, message);
  read_attachments(record, message, around);
  const std::string type = text(message, "messageType");
  if (type != "message" && type != "Message" && !type.empty()) {
    record.kind = Kind::notice;
    record.extra["message_type"] = type;
  }
  if (const json::Object* detail = object(message, "eventDetail")) {
    record.extra["event_detail"] = json::written(message, spelling(message, "eventDetail"));
    read_event(record, *detail);
  } else if (record.kind == Kind::notice) {
    record.doubts.push_back(
        {"unknown-kind", "a message that is neither said nor an event this parser knows"});
  }
  read_states(record, message);
  json::keep_rest(record, message,
                  {"id",
                   "Id",
                   "chatId",
                   "ChatId",
                   "channelIdentity",
                   "ChannelIdentity",
                   "from",
                   "From",
                   "body",
                   "Body",
                   "replyToId",
                   "ReplyToId",
                   "messageType",
                   "MessageType",
                   "reactions",
                   "Reactions",
                   "createdDateTime",
                   "CreatedDateTime",
                   "eventDetail",
                   "EventDetail",
                   "replies",
                   "Replies",
                   "attachments",
                   "Attachments",
                   "lastEditedDateTime",
                   "LastEditedDateTime",
                   "hostedContents",
                   "HostedContents"});
  return record;
}

Result<void> add_with_reactions(const json::Object& message, const Surroundings& around, Emission& out) {
  Record record = message_record(message, around);
  Record main = record;
  if (record.kind == Kind::deletion && record.target)
    main.sent_at.unix_ms = record.target->sent_at_ms.value_or(0);
  TRY(out.emit(std::move(record)));
  return read_reactions(message, main, around, out);
}

}  // namespace

bool is_custodian(const record::Person& person, const Surroundings& around) {
  if (around.custodian.empty()) return false;
  return person.name == around.custodian || person.id == "teams:" + around.custodian ||
         std::ranges::find(person.addresses, "mailto:" + around.custodian) != person.addresses.end();
}

record::Conversation conversation_of(const json::Object& message) {
  using record::ConversationKind;
  const std::string chat = text(message, "chatId");
  if (!chat.empty()) {
    ConversationKind kind = ConversationKind::group;
    if (chat.ends_with("@unq.gbl.spaces")) kind = ConversationKind::direct;
    if (chat == "48:notes") kind = ConversationKind::note_to_self;
    return {"teams:chat:" + chat, {}, kind};
  }
  const json::Object* channel = object(message, "channelIdentity");
  if (channel == nullptr) return {"teams:", {}, ConversationKind::unknown};
  return {"teams:channel:" + text(*channel, "teamId") + "/" + text(*channel, "channelId"),
          {},
          ConversationKind::group};
}

Result<void> read_message(const json::Object& message, const Surroundings& around, Emission& out) {
  TRY(add_with_reactions(message, around, out));
  const json::Array* replies = array(message, "replies");
  if (replies == nullptr) return {};
  for (const json::Any& any : *replies) {
    static const json::Object kNothing;
    const json::Object* reply = any.if_object();
    TRY(add_with_reactions(reply == nullptr ? kNothing : *reply, around, out));
  }
  return {};
}

}  // namespace strongroom::capture::teams
