#include "capture/signal_desktop/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "capture/signal/content.h"

namespace strongroom::capture::signal_desktop {
namespace {

using record::Kind;
using record::Record;

constexpr std::array<std::string_view, 16> kColumns{"id",
                                                    "json",
                                                    "type",
                                                    "body",
                                                    "sent_at",
                                                    "received_at",
                                                    "received_at_ms",
                                                    "conversationId",
                                                    "source",
                                                    "sourceUuid",
                                                    "sourceServiceId",
                                                    "expireTimer",
                                                    "isViewOnce",
                                                    "isErased",
                                                    "timestamp",
                                                    "deletedForEveryone"};

record::SourceTime instant_of(std::int64_t ms, std::string_view what, std::vector<record::Doubt>& doubts) {
  return signal::instant(ms < 0 ? 0 : static_cast<std::uint64_t>(ms), {}, what, doubts);
}

record::Target target_of(const record::Person& author, std::int64_t at) {
  return signal::target_of(author, at < 0 ? 0 : static_cast<std::uint64_t>(at));
}

std::int64_t column_number(const database::Rows& row, std::string_view name) {
  const int column = row.column(name);
  return column < 0 ? 0 : row.integer(column);
}

/// A column, or the member of that name where the column is empty.
std::string either(const database::Rows& row, const json::Object& object, std::string_view name) {
  std::string out = column_text(row, {name});
  return out.empty() ? json::text_or_number(object, name) : out;
}
std::int64_t either_number(const database::Rows& row, const json::Object& object, std::string_view name) {
  const std::int64_t out = column_number(row, name);
  return out != 0 ? out : json::integer(object, name).value_or(0);
}

struct TypeKind {
  std::string_view type;
  Kind kind;
};
constexpr std::array<TypeKind, 16> kTypes{{{"incoming", Kind::message},
                                           {"outgoing", Kind::message},
                                           {"story", Kind::message},
                                           {"call-history", Kind::call},
                                           {"timer-notification", Kind::timer},
                                           {"group-v2-change", Kind::membership},
                                           {"group-v1-migration", Kind::notice},
                                           {"profile-change", Kind::rename},
                                           {"change-number-notification", Kind::rename},
                                           {"keychange", Kind::notice},
                                           {"verified-change", Kind::notice},
                                           {"delivery-issue", Kind::notice},
                                           {"chat-session-refreshed", Kind::notice},
                                           {"universal-timer-notification", Kind::notice},
                                           {"conversation-merge", Kind::notice},
                                           {"message-request-response-event", Kind::notice}}};

/// "bold" of 1: BodyRange.Style counts from 1.
std::string_view style_name(std::int64_t style) {
  static constexpr std::string_view kStyles[] = {"",        "bold",          "italic",
                                                 "spoiler", "strikethrough", "monospace"};
  return style >= 0 && style < 6 ? kStyles[style] : "";
}

void add_ranges(const json::Object& version, const People& people, Record& out) {
  const json::Array* ranges = json::array(version, "bodyRanges");
  if (ranges == nullptr) return;
  for (const json::Any& one : *ranges) {
    const json::Object* range = one.if_object();
    if (range == nullptr) continue;
    record::TextRange r{json::unsigned_integer(*range, "start").value_or(0),
                        json::unsigned_integer(*range, "length").value_or(0),
                        std::string(style_name(json::integer(*range, "style").value_or(0))),
                        {}};
    const std::string mention =
        json::text(*range, range->contains("mentionAci") ? "mentionAci" : "mentionUuid");
    if (!mention.empty()) {
      r.style = "mention";
      r.mention_id = people.person(mention).id;
    }
    out.ranges.push_back(std::move(r));
  }
}

void add_quote(const json::Object& version, const People& people, Record& out) {
  const json::Object* quote = json::object(version, "quote");
  if (quote == nullptr) return;
  std::string author = json::text(*quote, "authorAci");
  for (const std::string_view name : {"authorUuid", "author"})
    if (author.empty()) author = json::text(*quote, name);
  const std::int64_t at = json::integer(*quote, "id").value_or(0);
  record::Target target;
  if (at > 0) target = target_of(people.person(author), at);
  target.author_id = people.person(author).id;
  target.text = json::text(*quote, "text");
  out.reply_to = std::move(target);
}

}  // namespace

Result<Messages> Messages::prepare(const database::Database& rows, const People& people, Files& files) {
  Messages out(rows, people, files);
  if (rows.has_column("message_attachments", "messageId"))
    out.attachments_ =
        TRY(rows.query("SELECT * FROM message_attachments WHERE messageId = ? AND editHistoryIndex = ? ORDER "
                       "BY attachmentType, "
                       "orderInMessage"));
  return out;
}

std::string Messages::query() const {
  std::string columns;
  for (const std::string_view name : kColumns) {
    if (rows_.has_column("messages", name)) columns += fmt::format("{}{}", columns.empty() ? "" : ", ", name);
  }
  return fmt::format("SELECT {} FROM messages ORDER BY rowid", columns);
}

Record Messages::start(const database::Rows& row, const json::Object& object) const {
  Record out;
  const std::string type = either(row, object, "type"), conversation = either(row, object, "conversationId");
  const auto* const found = std::ranges::find(kTypes, type, &TypeKind::type);
  out.kind = found == kTypes.end() ? Kind::notice : found->kind;
  if (found == kTypes.end())
    out.doubts.push_back({"unknown-kind", "a message of a type this program does not know"});
  out.outgoing = type == "outgoing";
  out.conversation = people_.conversation(conversation);
  out.people = people_.members_of(conversation);
  std::string source = either(row, object, "sourceServiceId");
  for (const std::string_view name : {"sourceUuid", "source"})
    if (source.empty()) source = either(row, object, name);
  out.author = out.outgoing ? people_.self() : people_.person(source.empty() ? conversation : source);
  std::int64_t sent = either_number(row, object, "sent_at");
  if (sent == 0) sent = either_number(row, object, "timestamp");
  std::int64_t received = either_number(row, object, "received_at_ms");
  // Once a time, later a counter that begins at 1.
  if (received == 0 && either_number(row, object, "received_at") > 1'000'000'000'000)
    received = either_number(row, object, "received_at");
  out.sent_at = instant_of(sent != 0 ? sent : received, "sent", out.doubts);
  if (received != 0) out.received_at = instant_of(received, "received", out.doubts);
  out.native_id = target_of(*out.author, out.sent_at.unix_ms).native_id;
  out.extra["desktop_id"] = either(row, object, "id");
  if (out.kind != Kind::message) {
    out.extra["event"] = type;
    out.native_id += "/update/" + either(row, object, "id");
  }
  if (const std::int64_t timer = either_number(row, object, "expireTimer"); timer > 0)
    out.expires_in_ms = static_cast<std::uint64_t>(timer) * 1000;
  out.view_once = column_number(row, "isViewOnce") != 0 || json::boolean(object, "isViewOnce");
  if (column_number(row, "isErased") != 0) out.extra["erased"] = true;
  return out;
}

record::Attachment Messages::attachment(const json::Object& object) {
  record::Attachment out;
  out.name = json::text(object, "fileName");
  out.media_type = json::text(object, "contentType");
  out.caption = json::text(object, "caption");
  out.size = json::unsigned_integer(object, "size");
  out.width = json::unsigned_integer(object, "width");
  out.height = json::unsigned_integer(object, "height");
  out.source_reference = json::text(object, "path");
  const std::int64_t flags = json::integer(object, "flags").value_or(0);
  out.flavour = (flags & 1) != 0 ? "voice" : (flags & 2) != 0 ? "borderless" : (flags & 8) != 0 ? "gif" : "";
  const Reference reference{out.source_reference, json::text(object, "localKey"), out.size.value_or(0)};
  if (const auto found = files_.find(reference)) {
    out.sha256 = found->sha256;
    out.size = found->size;
    out.state = record::AttachmentState::present;
  } else if (!out.source_reference.empty()) {
    out.state = record::AttachmentState::missing;
  }
  return out;
}

/// As the JSON would say it.
record::Attachment Messages::attachment(const database::Rows& row) {
  json::Object object;
  for (const std::string_view name : {"fileName", "contentType", "caption", "path", "localKey"})
    if (const std::string text = column_text(row, {name}); !text.empty()) object[name] = text;
  for (const std::string_view name : {"size", "width", "height", "flags"})
    if (const std::int64_t number = column_number(row, name); number > 0) object[name] = number;
  record::Attachment out = attachment(object);
  const std::string type = column_text(row, {"attachmentType"});
  if (type == "preview") out.flavour = "link_preview";
  if (type == "long-message") out.flavour = "long_text";
  if (type == "quote") out.flavour = "quoted";
  if (type == "sticker") out.flavour = "sticker";
  if (type == "contact") out.flavour = "contact_avatar";
  return out;
}

void Messages::add_files(const json::Object& version, const std::string& id, std::int64_t history,
                         Record& out) {
  if (attachments_) {
    attachments_->bind(1, id).bind(2, history);
    for (;;) {
      const auto more = attachments_->next();
      if (!more) out.doubts.push_back({"files-unreadable", "the list of the message's files is damaged"});
      if (!more || !*more) break;
      out.attachments.push_back(attachment(*attachments_));
    }
  }
  if (!out.attachments.empty()) return;
  if (const json::Array* all = json::array(version, "attachments")) {
    for (const json::Any& one : *all)
      if (const json::Object* object = one.if_object()) out.attachments.push_back(attachment(*object));
  }
  const json::Object* sticker = json::object(version, "sticker");
  if (const json::Object* data = sticker != nullptr ? json::object(*sticker, "data") : nullptr) {
    out.attachments.push_back(attachment(*data));
    out.attachments.back().flavour = "sticker";
  }
}

void Messages::fill(const json::Object& version, const std::string& id, std::int64_t history, Record& out) {
  add_ranges(version, people_, out);
  add_quote(version, people_, out);
  add_files(version, id, history, out);
  if (const json::Array* previews = json::array(version, "preview")) {
    for (const json::Any& one : *previews) {
      const json::Object* preview = one.if_object();
      if (preview == nullptr) continue;
      record::Attachment link;
      link.flavour = "link_preview";
      link.source_reference = json::text(*preview, "url");
      link.caption = json::text(*preview, "title");
      out.attachments.push_back(std::move(link));
    }
  }
}

/// `editHistory` is newest first, and its newest is the message as it stands.
Result<void> Messages::versions(const database::Rows& row, const json::Object& object, const Record& message,
                                const Emit& emit) {
  const json::Array* history = json::array(object, "editHistory");
  const std::string id = either(row, object, "id");
  const std::size_t count = history == nullptr ? 0 : history->size();
  for (std::size_t i = count; i-- > 1;) {
    const json::Object* version = (*history)[i].if_object();
    Record out = message;
    static const json::Object kNone;
    if (version == nullptr) out.doubts.push_back({"malformed-version", "an earlier version is no object"});
    const json::Object& said = version == nullptr ? kNone : *version;
    const std::int64_t at = json::integer(said, "timestamp").value_or(message.sent_at.unix_ms);
    out.text = json::text(said, "body");
    out.sent_at = instant_of(at, "sent", out.doubts);
    if (i + 1 < count) {
      out.kind = Kind::edit;
      out.target = target_of(*message.author, message.sent_at.unix_ms);
      out.native_id = target_of(*message.author, at).native_id;
    }
    fill(said, id, static_cast<std::int64_t>(i), out);
    TRY(emit(std::move(out)));
  }
  Record out = message;
  out.text = either(row, object, "body");
  if (count > 1) {
    const json::Object* newest = history->front().if_object();
    const std::int64_t at =
        newest == nullptr ? message.sent_at.unix_ms : json::integer(*newest, "timestamp").value_or(0);
    out.kind = Kind::edit;
    out.target = target_of(*message.author, message.sent_at.unix_ms);
    out.sent_at = instant_of(at, "sent", out.doubts);
    out.native_id = target_of(*message.author, at).native_id;
  }
  if (json::boolean(object, "deletedForEveryone") || column_number(row, "deletedForEveryone") != 0) {
    out.kind = Kind::deletion;
    out.target = target_of(*message.author, message.sent_at.unix_ms);
  }
  fill(object, id, -1, out);
  // The others are said elsewhere, or say nothing to people.
  json::keep_rest(out, object,
                  {"attachments",
                   "body",
                   "bodyRanges",
                   "quote",
                   "reactions",
                   "editHistory",
                   "id",
                   "type",
                   "sent_at",
                   "timestamp",
                   "received_at",
                   "received_at_ms",
                   "conversationId",
                   "source",
                   "sourceUuid",
                   "sourceServiceId",
                   "expireTimer",
                   "isViewOnce",
                   "deletedForEveryone",
                   "schemaVersion",
                   "seenStatus",
                   "readStatus",
                   "serverGuid",
                   "preview",
                   "sendStateByConversationId",
                   "hasAttachments",
                   "hasVisualMediaAttachments",
                   "hasFileAttachments"});
  if (const json::Object* states = json::object(object, "sendStateByConversationId")) {
    for (const auto& [whom, state] : *states) {
      const json::Object* one = state.if_object();
      if (one != nullptr) out.extra["status " + people_.person(whom).id] = json::text(*one, "status");
    }
  }
  return emit(std::move(out));
}

Result<void> Messages::reactions(const json::Object& object, const Record& message, const Emit& emit) {
  const json::Array* all = json::array(object, "reactions");
  if (all == nullptr) return {};
  for (const json::Any& one : *all) {
    static const json::Object kNone;
    const json::Object& reaction = one.is_object() ? one.get_object() : kNone;
    Record out;
    out.kind = Kind::reaction;
    out.conversation = message.conversation;
    out.people = message.people;
    out.author = people_.person(json::text(reaction, "fromId"));
    out.outgoing = out.author->role == "self";
    out.text = json::text(reaction, "emoji");
    out.target = target_of(*message.author, message.sent_at.unix_ms);
    out.native_id = fmt::format("{}/reaction/{}", out.target->native_id, out.author->id);
    out.sent_at = instant_of(json::integer(reaction, "timestamp").value_or(0), "reaction", out.doubts);
    TRY(emit(std::move(out)));
  }
  return {};
}

Result<void> Messages::read(const database::Rows& row, const json::Object& object, const Emit& emit) {
  const Record message = start(row, object);
  TRY(versions(row, object, message, emit));
  return reactions(object, message, emit);
}

}  // namespace strongroom::capture::signal_desktop
