#include "capture/signal/content.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "codec/text.h"
#include "record/time_text.h"

namespace strongroom::capture::signal {
namespace {

using record::Record;

constexpr std::uint64_t kLongTextMax = 1u << 20;

std::string_view style_name(frames::BodyRange::Style style) {
  switch (style) {
    case frames::BodyRange::BOLD: return "bold";
    case frames::BodyRange::ITALIC: return "italic";
    case frames::BodyRange::SPOILER: return "spoiler";
    case frames::BodyRange::STRIKETHROUGH: return "strikethrough";
    case frames::BodyRange::MONOSPACE: return "monospace";
    default: return "";
  }
}

void fill_text(const frames::Text& text, Record& out) {
  out.text = text.body();
  for (const auto& range : text.bodyranges()) {
    record::TextRange r{range.start(), range.length(), std::string(style_name(range.style())), {}};
    if (range.has_mentionaci()) {
      r.style = "mention";
      r.mention_id = "aci:" + uuid_text(range.mentionaci());
    }
    out.ranges.push_back(std::move(r));
  }
}

/// Long messages carry a prefix here and the whole in a file.
void fill_long_text(const frames::FilePointer& pointer, const Surroundings& around, Record& out) {
  out.attachments.push_back(attachment_of(pointer, "long_text", around.media));
  std::optional<Bytes> whole;
  if (around.media.size_of(pointer).value_or(kLongTextMax + 1) <= kLongTextMax)
    whole = around.media.content_of(pointer);
  if (whole && utf8::is_valid(text_of(*whole))) {
    out.text = text_of(*whole);
  } else {
    out.doubts.push_back({"long-text-not-in-source",
                          "the text is the beginning; the whole is in a file the source does not carry"});
  }
}

void fill_quote(const frames::Quote& quote, const Surroundings& around, Record& out) {
  const record::Person author = around.directory.person(quote.authorid());
  record::Target target;
  target.author_id = author.id;
  if (quote.has_targetsenttimestamp()) target = target_of(author, quote.targetsenttimestamp());
  target.text = quote.text().body();
  out.reply_to = std::move(target);
  if (quote.attachments_size() > 0)
    out.extra["quoted_attachments"] = static_cast<std::uint64_t>(quote.attachments_size());
  if (quote.type() == frames::Quote::VIEW_ONCE) out.extra["quoted_kind"] = std::string("view_once");
  if (quote.type() == frames::Quote::GIFT_BADGE) out.extra["quoted_kind"] = std::string("gift_badge");
  if (quote.type() == frames::Quote::POLL) out.extra["quoted_kind"] = std::string("poll");
}

void fill_link_preview(const frames::LinkPreview& preview, const Surroundings& around, Record& out) {
  record::Attachment a = attachment_of(preview.image(), "link_preview", around.media);
  a.source_reference = preview.url();
  a.caption = preview.title();
  if (!preview.description().empty()) a.caption += (a.caption.empty() ? "" : "\n") + preview.description();
  out.attachments.push_back(std::move(a));
}

void fill_standard(const frames::StandardMessage& m, const Surroundings& around, Record& out) {
  fill_text(m.text(), out);
  if (m.has_quote()) fill_quote(m.quote(), around, out);
  for (const auto& a : m.attachments()) out.attachments.push_back(attachment_of(a, around.media));
  for (const auto& p : m.linkpreview()) fill_link_preview(p, around, out);
  if (m.has_longtext()) fill_long_text(m.longtext(), around, out);
}

void add_line(std::string& to, std::string_view part, std::string_view separator) {
  if (part.empty()) return;
  if (!to.empty()) to += separator;
  to += part;
}

/// A shared contact as people read it: name, organisation, numbers, mails, addresses; one a line.
void fill_contact(const frames::ContactAttachment& c, const Surroundings& around, Record& out) {
  std::string name, card;
  for (const std::string* part : {&c.name().prefix(), &c.name().givenname(), &c.name().middlename(),
                                  &c.name().familyname(), &c.name().suffix()})
    add_line(name, *part, " ");
  if (name.empty()) name = c.name().nickname();
  add_line(card, name, "\n");
  add_line(card, c.organization(), "\n");
  for (const auto& phone : c.number()) add_line(card, phone.value(), "\n");
  for (const auto& mail : c.email()) add_line(card, mail.value(), "\n");
  for (const auto& a : c.address()) {
    std::string line;
    for (const std::string* part :
         {&a.street(), &a.pobox(), &a.neighborhood(), &a.postcode(), &a.city(), &a.region(), &a.country()})
      add_line(line, *part, ", ");
    add_line(card, line, "\n");
  }
  out.extra["content"] = std::string("contact");
  out.extra["contact"] = std::move(card);
  if (c.has_avatar()) out.attachments.push_back(attachment_of(c.avatar(), "contact_avatar", around.media));
}

void fill_sticker(const frames::Sticker& s, const Surroundings& around, Record& out) {
  record::Attachment a = attachment_of(s.data(), "sticker", around.media);
  out.extra["content"] = std::string("sticker");
  out.extra["sticker_pack"] = codec::hex(bytes_of(s.packid()));
  out.extra["sticker_id"] = std::uint64_t{s.stickerid()};
  if (s.has_emoji()) a.caption = s.emoji();
  out.attachments.push_back(std::move(a));
}

std::string_view payment_state(const frames::PaymentNotification::TransactionDetails& details) {
  using Details = frames::PaymentNotification::TransactionDetails;
  if (details.has_failedtransaction()) return "failed";
  if (!details.has_transaction()) return "unknown";
  switch (details.transaction().status()) {
    case Details::Transaction::SUBMITTED: return "submitted";
    case Details::Transaction::SUCCESSFUL: return "successful";
    default: return "initial";
  }
}

void fill_payment(const frames::PaymentNotification& p, Record& out) {
  out.extra["content"] = std::string("payment");
  if (p.has_amountmob()) out.extra["payment_amount_mob"] = p.amountmob();
  if (p.has_feemob()) out.extra["payment_fee_mob"] = p.feemob();
  out.text = p.note();
  out.extra["payment_state"] = std::string(payment_state(p.transactiondetails()));
  const auto& transaction = p.transactiondetails().transaction();
  if (transaction.has_timestamp()) out.extra["payment_at_ms"] = std::uint64_t{transaction.timestamp()};
}

void fill_gift_badge(const frames::GiftBadge& badge, Record& out) {
  out.extra["content"] = std::string("gift_badge");
  static constexpr std::string_view kStates[] = {"unopened", "opened", "redeemed", "failed"};
  const auto state = static_cast<std::size_t>(badge.state());
  out.extra["gift_badge_state"] = std::string(state < std::size(kStates) ? kStates[state] : "unknown");
}

void fill_view_once(const frames::ViewOnceMessage& m, const Surroundings& around, Record& out) {
  out.view_once = true;
  if (!m.has_attachment()) return;
  record::Attachment a = attachment_of(m.attachment(), around.media);
  a.flavour = "view_once";
  out.attachments.push_back(std::move(a));
}

void fill_story_reply(const frames::DirectStoryReplyMessage& m, const Surroundings& around, Record& out) {
  out.extra["content"] = std::string(m.has_emoji() ? "story_reaction" : "story_reply");
  if (m.has_emoji()) out.text = m.emoji();
  if (m.has_textreply()) fill_text(m.textreply().text(), out);
  if (m.textreply().has_longtext()) fill_long_text(m.textreply().longtext(), around, out);
}

void fill_poll(const frames::Poll& p, Record& out) {
  out.kind = record::Kind::poll;
  out.text = p.question();
  record::Poll poll{p.question(), {}, p.allowmultiple(), p.hasended()};
  for (const auto& option : p.options())
    poll.options.push_back({option.option(), static_cast<std::uint64_t>(option.votes_size())});
  out.poll = std::move(poll);
}

}  // namespace

record::SourceTime instant(std::uint64_t ms, const TimeFrame& frame, std::string_view what,
                           std::vector<record::Doubt>& doubts) {
  constexpr auto kMax = static_cast<std::uint64_t>(record::kUnixMsMax);
  if (ms < kOldestPlausibleMs || ms > frame.newest_plausible_ms)
    doubts.push_back(
        {"implausible-time", fmt::format("{}: {} ms is before 2010 or after the backup was made", what, ms)});
  return {static_cast<std::int64_t>(std::min(ms, kMax)), record::ZoneCertainty::instant, {}, {}};
}

std::string native_id_of(std::string_view author_id, std::uint64_t date_sent) {
  std::string out(author_id);
  return out.append(":").append(std::to_string(date_sent));
}

record::Target target_of(const record::Person& author, std::uint64_t date_sent) {
  constexpr auto kMax = static_cast<std::uint64_t>(record::kUnixMsMax);
  return {native_id_of(author.id, date_sent),
          author.id,
          static_cast<std::int64_t>(std::min(date_sent, kMax)),
          {}};
}

void fill_content(const frames::ChatItem& item, const Surroundings& around, Record& out) {
  switch (item.item_case()) {
    case frames::ChatItem::kStandardMessage: return fill_standard(item.standardmessage(), around, out);
    case frames::ChatItem::kContactMessage: return fill_contact(item.contactmessage().contact(), around, out);
    case frames::ChatItem::kStickerMessage: return fill_sticker(item.stickermessage().sticker(), around, out);
    case frames::ChatItem::kPaymentNotification: return fill_payment(item.paymentnotification(), out);
    case frames::ChatItem::kGiftBadge: return fill_gift_badge(item.giftbadge(), out);
    case frames::ChatItem::kViewOnceMessage: return fill_view_once(item.viewoncemessage(), around, out);
    case frames::ChatItem::kDirectStoryReplyMessage:
      return fill_story_reply(item.directstoryreplymessage(), around, out);
    case frames::ChatItem::kPoll: return fill_poll(item.poll(), out);
    case frames::ChatItem::kRemoteDeletedMessage:
    case frames::ChatItem::kAdminDeletedMessage: out.kind = record::Kind::deletion; return;
    case frames::ChatItem::kUpdateMessage: return;
    case frames::ChatItem::ITEM_NOT_SET:
      out.kind = record::Kind::notice;
      out.doubts.push_back({"unknown-item", "a chat item of a kind this program does not know"});
      return;
  }
}

const google::protobuf::RepeatedPtrField<frames::Reaction>* reactions_of(const frames::ChatItem& item) {
  switch (item.item_case()) {
    case frames::ChatItem::kStandardMessage: return &item.standardmessage().reactions();
    case frames::ChatItem::kContactMessage: return &item.contactmessage().reactions();
    case frames::ChatItem::kStickerMessage: return &item.stickermessage().reactions();
    case frames::ChatItem::kViewOnceMessage: return &item.viewoncemessage().reactions();
    case frames::ChatItem::kDirectStoryReplyMessage: return &item.directstoryreplymessage().reactions();
    case frames::ChatItem::kPoll: return &item.poll().reactions();
    default: return nullptr;
  }
}

}  // namespace strongroom::capture::signal
