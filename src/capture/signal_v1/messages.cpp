#include "capture/signal_v1/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

#include "capture/signal/content.h"
#include "capture/signal_v1/kinds.h"
#include "legacy.pb.h"
#include "record/time_text.h"

namespace strongroom::capture::signal_v1 {
namespace {

using record::Kind;
using record::Record;

record::SourceTime instant_of(std::int64_t ms, std::string_view what, std::vector<record::Doubt>& doubts) {
  return signal::instant(ms < 0 ? 0 : static_cast<std::uint64_t>(ms), {}, what, doubts);
}

record::Target target_of(const record::Person& author, std::int64_t at) {
  return signal::target_of(author, at < 0 ? 0 : static_cast<std::uint64_t>(at));
}

void keep_number(Record& out, const Row& row, std::string_view name) {
  if (const std::int64_t value = row.integer({name}); value > 0)
    out.extra[std::string(name)] = static_cast<std::uint64_t>(value);
}
void keep_text(Record& out, const Row& row, std::string_view name) {
  if (std::string value = row.text({name}); !value.empty()) out.extra[std::string(name)] = std::move(value);
}

void add_rest(const Row& row, Record& out) {
  for (const std::string_view name :
       {"delivery_receipt_count", "read_receipt_count", "viewed_receipt_count", "has_delivery_receipt",
        "has_read_receipt", "viewed", "story_type", "parent_story_id", "quote_missing", "expire_started"})
    keep_number(out, row, name);
  for (const std::string_view name : {"shared_contacts", "link_previews", "network_failures"})
    keep_text(out, row, name);
  if (const std::int64_t expires = row.integer({"expires_in"}); expires > 0)
    out.expires_in_ms = static_cast<std::uint64_t>(expires);
  out.view_once = row.integer({"view_once"}) > 0;
}

std::string_view style_name(std::int32_t style) {
  static constexpr std::string_view kStyles[] = {"bold", "italic", "spoiler", "strikethrough", "monospace"};
  return style >= 0 && style < 5 ? kStyles[style] : "";
}

std::optional<std::uint64_t> positive(std::int64_t value) {
  if (value <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Result<Messages> Messages::prepare(const Replay& replay, const People& people) {
  Messages out(replay, people);
  for (const std::string table : {"message", "sms", "mms"}) {
    if (!replay.has(table, "_id")) continue;
    out.tables_.push_back(table);
    out.by_id_.emplace(table, TRY(replay.rows().query(fmt::format("SELECT * FROM {} WHERE _id = ?", table))));
  }
  if (replay.has("attachment", "message_id"))
    out.attachments_ = TRY(replay.rows().query("SELECT * FROM attachment WHERE message_id = ?"));
  if (replay.has("part", "mid")) out.parts_ = TRY(replay.rows().query("SELECT * FROM part WHERE mid = ?"));
  if (replay.has("mention", "message_id"))
    out.mentions_ = TRY(replay.rows().query("SELECT * FROM mention WHERE message_id = ?"));
  return out;
}

Messages::Sent Messages::sent(std::string_view table, const Row& row) const {
  Sent out;
  out.outgoing = kind_of(row.integer({"type", "msg_box"})).outgoing;
  out.thread = row.integer({"thread_id"});
  out.received = row.integer({"date_received", "date"});
  out.at = table == "sms" ? row.integer({"date_sent"}) : row.integer({"date_sent", "date"});
  if (out.at <= 0) out.at = out.received;
  const std::int64_t other = row.integer({"from_recipient_id", "recipient_id", "address"});
  if (out.outgoing && !row.has({"from_recipient_id"})) {
    out.author =
        people_.self() != 0 ? people_.person(people_.self()) : record::Person{"self", {}, {}, "self"};
  } else if (out.outgoing && people_.self() == 0) {
    out.author = people_.person(other);
    out.author.id = "self";
    out.author.role = "self";
  } else if (!row.has({"from_recipient_id", "recipient_id"}) && row.text({"address"}).starts_with('+')) {
    out.author = {"tel:" + row.text({"address"}), {}, {}, {}};  // before there were recipients
  } else {
    out.author = people_.person(other);
  }
  return out;
}

Result<std::optional<Messages::Sent>> Messages::find(std::string_view table, std::int64_t id) {
  const auto rows = by_id_.find(table);
  if (rows == by_id_.end()) return std::optional<Sent>{};
  rows->second.bind(1, id);
  if (!TRY(rows->second.next())) return std::optional<Sent>{};
  return std::optional(sent(table, Row(rows->second)));
}

Result<Record> Messages::message(std::string_view table, const Row& row) {
  const std::int64_t type = row.integer({"type", "msg_box"});
  const std::int64_t id = row.integer({"_id"});
  const MessageKind kind = kind_of(type);
  const Sent who = sent(table, row);
  Record out;
  out.kind = kind.kind;
  out.author = who.author;
  out.outgoing = who.outgoing;
  out.conversation = people_.conversation_of(who.thread);
  out.people = people_.people_of(who.thread);
  out.sent_at = instant_of(who.at, "sent", out.doubts);
  if (who.received > 0) out.received_at = instant_of(who.received, "received", out.doubts);
  out.native_id = target_of(who.author, who.at).native_id;
  out.text = row.text({"body"});
  if (!kind.event.empty()) {
    out.extra["event"] = std::string(kind.event);
    out.native_id += fmt::format("/update/{}", id);
  }
  if (!kind.state.empty()) out.extra["state"] = std::string(kind.state);
  if (kind.kind == Kind::call) out.extra["video"] = kind.video;
  if (kind.kind == Kind::timer)
    out.extra["expires_in_ms"] = positive(row.integer({"expires_in"})).value_or(0);
  out.extra["type"] = whole(type);
  if (!kind.known) out.doubts.push_back({"unknown-kind", "a message of a type this program does not know"});
  add_rest(row, out);
  add_quote(row, out);
  TRY(add_version(table, row, out));
  TRY(add_attachments(table, id, out));
  TRY(add_ranges(row, id, out));
  return out;
}

/// Deleted for everyone; or a later version of another row.
Result<void> Messages::add_version(std::string_view table, const Row& row, Record& out) {
  if (row.integer({"remote_deleted"}) > 0) {
    out.kind = Kind::deletion;
    out.target = record::Target{out.native_id, out.author->id, out.sent_at.unix_ms, {}};
    return {};
  }
  const std::int64_t original = row.integer({"original_message_id"});
  if (original <= 0 || out.kind != Kind::message) return {};
  out.kind = Kind::edit;
  keep_number(out, row, "revision_number");
  const auto first = TRY(find(table, original));
  if (first) {
    out.target = target_of(first->author, first->at);
  } else {
    out.doubts.push_back({"missing-target", "the message this is a later version of is not in the backup"});
  }
  return {};
}

void Messages::add_quote(const Row& row, Record& out) const {
  const std::int64_t at = row.integer({"quote_id"});
  if (at <= 0) return;
  record::Target target = target_of(people_.person(row.integer({"quote_author"})), at);
  target.text = row.text({"quote_body"});
  out.reply_to = std::move(target);
}

Result<void> Messages::add_attachments(std::string_view table, std::int64_t id, Record& out) {
  auto& rows = attachments_ ? attachments_ : parts_;
  if (!rows || table == "sms") return {};
  rows->bind(1, id);
  while (TRY(rows->next())) {
    const Row row(*rows);
    record::Attachment a;
    const std::int64_t number = row.integer({"_id"});
    a.name = row.text({"file_name"});
    a.media_type = row.text({"content_type", "ct"});
    a.caption = row.text({"caption"});
    a.size = positive(row.integer({"data_size"}));
    a.width = positive(row.integer({"width"}));
    a.height = positive(row.integer({"height"}));
    a.source_reference = fmt::format("attachment {}", number);
    if (row.integer({"voice_note"}) > 0) a.flavour = "voice";
    if (row.integer({"borderless"}) > 0) a.flavour = "borderless";
    if (row.integer({"video_gif"}) > 0) a.flavour = "gif";
    if (row.integer({"quote"}) > 0) a.flavour = "quoted";
    if (!row.text({"sticker_pack_id"}).empty()) a.flavour = "sticker";
    if (const Payload* payload = replay_.attachment(number, row.integer({"unique_id"}, -1))) {
      a.sha256 = payload->sha256;
      a.size = payload->size;
      a.state = record::AttachmentState::present;
    }
    out.attachments.push_back(std::move(a));
  }
  return {};
}

Result<void> Messages::add_ranges(const Row& row, std::int64_t id, Record& out) {
  const Bytes stored = row.bytes({"message_ranges", "ranges"});
  signal_legacy::BodyRanges ranges;
  if (!stored.empty() && stored.size() < INT_MAX &&
      ranges.ParseFromArray(stored.data(), static_cast<int>(stored.size()))) {
    for (const auto& r : ranges.ranges()) {
      if (r.start() < 0 || r.length() < 0) continue;
      record::TextRange range{
          static_cast<std::uint64_t>(r.start()), static_cast<std::uint64_t>(r.length()), {}, {}};
      range.style = r.has_mentionuuid() ? "mention" : std::string(r.has_style() ? style_name(r.style()) : "");
      if (r.has_mentionuuid()) range.mention_id = "aci:" + r.mentionuuid();
      out.ranges.push_back(std::move(range));
    }
  }
  if (!mentions_) return {};
  mentions_->bind(1, id);
  while (TRY(mentions_->next())) {
    const Row mention(*mentions_);
    out.ranges.push_back({positive(mention.integer({"range_start"})).value_or(0),
                          positive(mention.integer({"range_length"})).value_or(0), "mention",
                          people_.person(mention.integer({"recipient_id"})).id});
  }
  return {};
}

Result<Record> Messages::reaction(const Row& row) {
  const std::int64_t id = row.integer({"message_id"});
  const bool split = replay_.has("reaction", "is_mms");
  const auto message = TRY(find(!split ? "message" : row.integer({"is_mms"}) > 0 ? "mms" : "sms", id));
  Record out;
  out.kind = Kind::reaction;
  out.author = people_.person(row.integer({"author_id"}));
  out.outgoing = people_.self() != 0 && row.integer({"author_id"}) == people_.self();
  out.text = row.text({"emoji"});
  out.sent_at = instant_of(row.integer({"date_sent"}), "reaction", out.doubts);
  if (message) {
    out.conversation = people_.conversation_of(message->thread);
    out.people = people_.people_of(message->thread);
    out.target = target_of(message->author, message->at);
    out.native_id = fmt::format("{}/reaction/{}", out.target->native_id, out.author->id);
  } else {
    out.conversation = {"signal:unknown", {}, record::ConversationKind::unknown};
    out.native_id = fmt::format("{}/reaction/{}", id, out.author->id);
    out.doubts.push_back({"missing-target", "the message reacted to is not in the backup"});
  }
  return out;
}

}  // namespace strongroom::capture::signal_v1
