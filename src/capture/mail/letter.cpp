#include "capture/mail/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "capture/mail/header_text.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::mail {
namespace {

/// The parsed form of a record is sealed in one piece of at most 1 MiB, its texts must leave room for the rest.
constexpr std::size_t kTextMax = 256u << 10;
constexpr std::size_t kAttachmentsMax = 500;
/// Odd times: before e-mail was, or after the year 2100. The clock is not asked.
constexpr std::int64_t kFirstMail = 0, kLastMail = 4'102'444'800'000;

bool plausible(std::int64_t ms) { return ms > kFirstMail && ms < kLastMail; }

/// "Re: AW: [list] Budget " as "budget".
std::string plain_subject(std::string_view subject) {
  std::string plain = lower(trimmed(subject));
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view prefix :
         {"re:", "aw:", "fw:", "fwd:", "wg:", "sv:", "antw:", "rv:", "tr:", "回复:", "答复:"}) {
      if (!plain.starts_with(prefix)) continue;
      plain = trimmed(std::string_view(plain).substr(prefix.size()));
      again = true;
    }
  }
  return plain;
}

std::string short_hash(std::string_view text) {
  const Hash256 hash = crypto::sha256(bytes_of(text));
  return codec::hex(BytesView(hash).first(16));
}

record::Conversation conversation_of(const Letter& letter, const std::string& native_id) {
  std::set<std::string> who;
  if (letter.author) who.insert(letter.author->id);
  for (const record::Person& p : letter.people) {
    if (p.role == "to" || p.role == "cc" || p.role == "bcc" || p.role == "recipient") who.insert(p.id);
  }
  record::Conversation out;
  const std::string subject = plain_subject(letter.subject);
  if (!letter.references.empty()) {
    out.id = "mail:thread:" + letter.references.front();
  } else if (!letter.message_id.empty()) {
    out.id = "mail:thread:" + letter.message_id;
  } else if (!subject.empty()) {
    std::string key = subject;
    for (const std::string& id : who) key += "\n" + id;
    out.id = "mail:subject:" + short_hash(key);
  } else {
    out.id = "mail:alone:" + native_id;
  }
  out.title = letter.subject;
  const bool list = letter.extra.contains("list_id");
  out.kind = list || who.size() > 2 ? record::ConversationKind::group
             : who.empty()          ? record::ConversationKind::unknown
                                    : record::ConversationKind::direct;
  return out;
}

/// When it was sent; other sources of a time are said.
std::int64_t sent_at(Letter& letter, const Place& place) {
  if (letter.sent_ms && plausible(*letter.sent_ms)) return *letter.sent_ms;
  if (letter.sent_ms) letter.doubt("implausible-time", "the Date field is before 1970 or after 2099");
  const auto use = [&](std::optional<std::int64_t> ms, const char* what) -> std::optional<std::int64_t> {
    if (!ms || !plausible(*ms)) return std::nullopt;
    letter.doubt("no-date", fmt::format("the mail has no usable date; its time is that of {}", what));
    return ms;
  };
  if (const auto ms = use(letter.received_ms, "its topmost Received field")) return *ms;
  if (const auto ms = use(place.delivered_ms, "its delivery to the mailbox")) return *ms;
  letter.doubt("no-date", "nothing says when the mail was sent");
  return letter.sent_ms.value_or(0);
}

/// A text too long for a record is attached whole.
void bound_text(Letter& letter) {
  if (letter.text.size() <= kTextMax) return;
  Piece piece;
  piece.attachment.name = "text.txt";
  piece.attachment.media_type = "text/plain; charset=utf-8";
  piece.attachment.flavour = "text_body";
  piece.owned = copy_of(bytes_of(letter.text));
  letter.pieces.insert(letter.pieces.begin(), std::move(piece));
  letter.text = cut_to(letter.text, kTextMax);
  letter.doubt("text-continues", "the beginning of the text is shown; the attachment text.txt is the whole");
}

record::Record part_record(const record::Record& mail, const record::Attachment& attachment,
                           const Place& place) {
  record::Record out;
  out.kind = record::Kind::attachment;
  out.conversation = mail.conversation;
  out.sent_at = mail.sent_at;
  out.target.emplace().native_id = mail.native_id;
  if (mail.author) out.target->author_id = mail.author->id;
  out.native_id = mail.native_id + "/" +
                  (attachment.flavour == "original" ? "original" : attachment.source_reference) +
                  (attachment.source_reference.empty() ? attachment.name : std::string());
  out.attachments.push_back(attachment);
  out.original.within = attachment.sha256;
  out.original.file = place.file;
  out.original.offset = place.offset;
  out.original.length = place.raw.size();
  return out;
}

Result<void> hand_over_pieces(Letter& letter, record::Record& mail, const Place& place, Tally& tally) {
  for (Piece& piece : letter.pieces) {
    record::Attachment& a = piece.attachment;
    a.size = piece.bytes().size();
    a.sha256 = crypto::sha256(piece.bytes());
    a.state = record::AttachmentState::present;
    TRY(tally.part(part_record(mail, a, place), piece.bytes()));
    if (mail.attachments.size() < kAttachmentsMax) mail.attachments.push_back(std::move(a));
  }
  if (letter.pieces.size() > kAttachmentsMax)
    mail.doubts.push_back(
        {"attachments-cut",
         fmt::format("the mail has {} attachments; the first {} are named here, all are kept",
                     letter.pieces.size(), kAttachmentsMax)});
  return {};
}

bool is_custodian(const Letter& letter, const std::string& custodian) {
  if (custodian.empty() || !letter.author) return false;
  return letter.author->name == custodian || letter.author->id == "mailto:" + lower(custodian);
}

}  // namespace

Result<void> hand_over(Letter letter, const Place& place, const Statement& statement, Tally& tally) {
  record::Record out;
  const Hash256 hash = crypto::sha256(place.raw);
  out.native_id = codec::hex(hash);
  out.conversation = conversation_of(letter, out.native_id);
  out.sent_at.unix_ms = sent_at(letter, place);
  if (letter.received_ms && plausible(*letter.received_ms))
    out.received_at.emplace().unix_ms = *letter.received_ms;
  out.outgoing = is_custodian(letter, statement.custodian_name);
  bound_text(letter);
  out.author = std::move(letter.author);
  out.people = std::move(letter.people);
  out.text = std::move(letter.text);
  out.extra = std::move(letter.extra);
  out.extra.insert(place.extra.begin(), place.extra.end());
  out.doubts = std::move(letter.doubts);
  out.original.file = utf8::repaired(place.file);
  out.original.offset = place.offset;
  out.original.length = place.raw.size();
  TRY(hand_over_pieces(letter, out, place, tally));
  if (place.raw.size() <= kRefusedInRecordMax) {
    out.original.bytes = copy_of(place.raw);
  } else {
    record::Attachment whole;
    whole.media_type = "message/rfc822";
    whole.flavour = "original";
    whole.size = place.raw.size();
    whole.sha256 = hash;
    whole.state = record::AttachmentState::present;
    out.original.within = hash;
    TRY(tally.part(part_record(out, whole, place), place.raw));
  }
  return tally.record(std::move(out));
}

}  // namespace strongroom::capture::mail
