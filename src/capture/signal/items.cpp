#include "capture/signal/items.h"

#include <fmt/format.h>

#include "capture/signal/updates.h"
#include "record/time_text.h"

namespace strongroom::capture::signal {
namespace {

using record::Kind;
using record::Record;

std::string_view state_name(const frames::SendStatus& status) {
  switch (status.deliveryStatus_case()) {
    case frames::SendStatus::kPending: return "pending";
    case frames::SendStatus::kSent: return "sent";
    case frames::SendStatus::kDelivered: return "delivered";
    case frames::SendStatus::kRead: return "read";
    case frames::SendStatus::kViewed: return "viewed";
    case frames::SendStatus::kSkipped: return "skipped";
    case frames::SendStatus::kFailed: return "failed";
    case frames::SendStatus::DELIVERYSTATUS_NOT_SET: break;
  }
  return "unknown";
}

void add_direction(const frames::ChatItem& item, const Surroundings& around, Record& out) {
  if (item.has_incoming()) {
    const auto& in = item.incoming();
    if (in.datereceived() != 0)
      out.received_at = instant(in.datereceived(), around.time_frame, "received", out.doubts);
    if (in.has_dateserversent()) out.extra["server_sent_ms"] = std::uint64_t{in.dateserversent()};
    out.extra["read"] = in.read();
    if (in.sealedsender()) out.extra["sealed_sender"] = true;
  }
  if (!item.has_outgoing()) return;
  out.outgoing = true;
  const auto& sent = item.outgoing();
  if (sent.datereceived() != 0)
    out.received_at = instant(sent.datereceived(), around.time_frame, "received", out.doubts);
  for (const frames::SendStatus& status : sent.sendstatus()) {
    std::string line(state_name(status));
    if (status.timestamp() != 0 && status.timestamp() <= static_cast<std::uint64_t>(record::kUnixMsMax))
      line += " " + record::rfc3339(static_cast<std::int64_t>(status.timestamp()));
    out.extra["status " + around.directory.person(status.recipientid()).id] = std::move(line);
  }
}

void add_deletion(const frames::ChatItem& item, const Surroundings& around, const record::Target& first,
                  Record& out) {
  out.target = first;
  if (!item.has_admindeletedmessage()) return;
  out.extra["deleted_by"] = std::string("admin");
  out.author = around.directory.person(item.admindeletedmessage().adminid());
}

/// A record about the message `first`: same conversation and people, nothing of its content.
Record about(const Record& message, Kind kind, const record::Target& first) {
  Record out;
  out.kind = kind;
  out.conversation = message.conversation;
  out.people = message.people;
  out.target = first;
  return out;
}

Result<void> emit_pin(const frames::ChatItem& item, const Surroundings& around, const Record& message,
                      const record::Target& first, const Emit& emit) {
  if (!item.has_pindetails()) return {};
  Record pin = about(message, Kind::pin, first);
  pin.native_id = first.native_id + "/pin";
  pin.sent_at = instant(item.pindetails().pinnedattimestamp(), around.time_frame, "pinned", pin.doubts);
  if (item.pindetails().has_pinexpiresattimestamp())
    pin.extra["pin_expires_at_ms"] = std::uint64_t{item.pindetails().pinexpiresattimestamp()};
  if (item.pindetails().pinneverexpires()) pin.extra["pin_never_expires"] = true;
  return emit(std::move(pin));
}

Result<void> emit_reactions(const frames::ChatItem& item, const Surroundings& around, const Record& message,
                            const record::Target& first, const Emit& emit) {
  const auto* reactions = reactions_of(item);
  if (reactions == nullptr) return {};
  for (const frames::Reaction& r : *reactions) {
    Record out = about(message, Kind::reaction, first);
    out.author = around.directory.person(r.authorid());
    out.outgoing = out.author->role == "self";
    out.text = r.emoji();
    out.native_id = fmt::format("{}/reaction/{}", first.native_id, out.author->id);
    out.sent_at = instant(r.senttimestamp(), around.time_frame, "reaction", out.doubts);
    out.extra["sort_order"] = std::uint64_t{r.sortorder()};
    TRY(emit(std::move(out)));
  }
  return {};
}

Result<void> emit_votes(const frames::ChatItem& item, const Surroundings& around, const Record& message,
                        const record::Target& first, const Emit& emit) {
  if (!item.has_poll()) return {};
  std::uint64_t index = 0;
  for (const auto& option : item.poll().options()) {
    for (const auto& vote : option.votes()) {
      Record out = about(message, Kind::poll_vote, first);
      out.author = around.directory.person(vote.voterid());
      out.outgoing = out.author->role == "self";
      out.text = option.option();
      out.native_id = fmt::format("{}/vote/{}/{}", first.native_id, index, out.author->id);
      out.sent_at = message.sent_at;
      out.doubts.push_back({"no-own-time", "the source gives no time for a vote; this is the poll's"});
      out.extra["option"] = index;
      out.extra["vote_count"] = std::uint64_t{vote.votecount()};
      TRY(emit(std::move(out)));
    }
    ++index;
  }
  return {};
}

/// One version; `first` is the target every later one and everything about the message points at.
Result<void> emit_version(const frames::ChatItem& item, const Surroundings& around, std::uint64_t version,
                          const record::Target& first, const Emit& emit) {
  Record out = start_record(item, around);
  fill_content(item, around, out);
  if (out.kind == Kind::deletion) {
    add_deletion(item, around, first, out);
  } else if (version > 0 && out.kind != Kind::notice) {
    out.kind = Kind::edit;
    out.target = first;
    out.extra["version"] = version;
  }
  const auto* reactions = reactions_of(item);
  if (!item.has_pindetails() && !item.has_poll() && (reactions == nullptr || reactions->empty()))
    return emit(std::move(out));
  Record message = about(out, out.kind, first);
  message.sent_at = out.sent_at;
  TRY(emit(std::move(out)));
  TRY(emit_pin(item, around, message, first, emit));
  TRY(emit_reactions(item, around, message, first, emit));
  return emit_votes(item, around, message, first, emit);
}

/// An update that came as one version of an item.
Result<void> emit_any(const frames::ChatItem& item, const Surroundings& around, std::uint64_t version,
                      const record::Target& first, const Emit& emit) {
  if (!item.has_updatemessage()) return emit_version(item, around, version, first, emit);
  TRY(read_update(item, around, emit));
  return emit_pin(item, around, start_record(item, around), first, emit);
}

}  // namespace

Record start_record(const frames::ChatItem& item, const Surroundings& around) {
  Record out;
  out.conversation = around.directory.conversation(item.chatid());
  out.author = around.directory.person(item.authorid());
  out.people = around.directory.members_of_chat(item.chatid());
  out.native_id = native_id_of(out.author->id, item.datesent());
  out.sent_at = instant(item.datesent(), around.time_frame, "sent", out.doubts);
  if (item.has_expiresinms()) out.expires_in_ms = item.expiresinms();
  if (item.has_expirestartdate()) out.extra["expire_start_ms"] = std::uint64_t{item.expirestartdate()};
  if (item.sms()) out.extra["sms"] = true;
  add_direction(item, around, out);
  if (!around.directory.knows_chat(item.chatid()))
    out.doubts.push_back({"unknown-conversation", "the source never declared this chat"});
  if (!around.directory.knows_recipient(item.authorid()))
    out.doubts.push_back({"unknown-person", "the source never declared the author"});
  return out;
}

Result<void> read_chat_item(const frames::ChatItem& item, const Surroundings& around, const Emit& emit) {
  const frames::ChatItem& oldest = item.revisions_size() > 0 ? item.revisions(0) : item;
  const record::Target first = target_of(around.directory.person(oldest.authorid()), oldest.datesent());
  std::uint64_t version = 0;
  for (const frames::ChatItem& revision : item.revisions()) {
    const auto emit_flat = [&](Record&& out) {
      if (revision.revisions_size() > 0)
        out.doubts.push_back(
            {"nested-revisions",
             "an earlier version claims versions of its own; they are only in the original"});
      return emit(std::move(out));
    };
    TRY(emit_any(revision, around, version++, first, emit_flat));
  }
  return emit_any(item, around, version, first, emit);
}

}  // namespace strongroom::capture::signal
