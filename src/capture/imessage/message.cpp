#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "capture/imessage/reading.h"
#include "capture/imessage/typedstream.h"
#include "capture/telephone/telephone.h"

namespace strongroom::capture::imessage {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kObjectReplacement = "\xEF\xBF\xBC";  // stands for an attachment in the text

/// associated_message_type modulo 1000: what the small picture is, and its name.
struct Tapback {
  std::string_view name, emoji;
};
constexpr std::array<Tapback, 8> kTapbacks{{{"loved", "\xE2\x9D\xA4\xEF\xB8\x8F"},
                                            {"liked", "\xF0\x9F\x91\x8D"},
                                            {"disliked", "\xF0\x9F\x91\x8E"},
                                            {"laughed", "\xF0\x9F\x98\x82"},
                                            {"emphasized", "\xE2\x80\xBC\xEF\xB8\x8F"},
                                            {"questioned", "\xE2\x9D\x93"},
                                            {"emoji", ""},
                                            {"sticker", ""}}};

void set_ranges(Record& out, const AttributedText& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kStyles{
      {{"__kIMTextBoldAttributeName", "bold"},
       {"__kIMTextItalicAttributeName", "italic"},
       {"__kIMTextStrikethroughAttributeName", "strikethrough"},
       {"__kIMTextUnderlineAttributeName", "underline"}}};
  for (const Stretch& s : text.stretches) {
    if (const auto mention = s.attributes.find("__kIMMentionConfirmedMention"); mention != s.attributes.end())
      out.ranges.push_back({s.start, s.length, "mention", telephone::address_id(mention->second)});
    for (const auto& [name, style] : kStyles) {
      if (s.attributes.contains(std::string(name)))
        out.ranges.push_back({s.start, s.length, std::string(style), {}});
    }
  }
}

/// `text`, or what attributedBody says, which newer systems fill alone.
void set_text(Record& out, Row& row) {
  out.text = row.text("text");
  if (const BytesView body = row.bytes("attributedBody"); !body.empty()) {
    auto read = read_attributed_text(body);
    if (!read && out.text.empty())
      out.doubts.push_back({"text-unreadable", "attributedBody cannot be read: " + read.error().what});
    if (read && read->is_guess && out.text.empty())
      out.doubts.push_back(
          {"text-guessed", "attributedBody is damaged: the text is what stands where it begins"});
    if (read && out.text.empty()) out.text = read->text;
    if (read && out.text == read->text) set_ranges(out, *read);
  }
  std::string rest = out.text;
  for (std::size_t at = rest.find(kObjectReplacement); at != std::string::npos;
       at = rest.find(kObjectReplacement))
    rest.erase(at, kObjectReplacement.size());
  if (rest.find_first_not_of(" \n") == std::string::npos) out.text.clear();
}

/// "p:0/GUID" or "bp:GUID".
record::Target target_of(std::string_view reference, Record& out) {
  if (const std::size_t slash = reference.find('/');
      reference.starts_with("p:") && slash != std::string_view::npos) {
    out.extra["target_part"] = std::string(reference.substr(2, slash - 2));
    reference.remove_prefix(slash + 1);
  } else if (reference.starts_with("bp:")) {
    reference.remove_prefix(3);
  }
  return {std::string(reference), {}, {}, {}};
}

void set_tapback(Record& out, Row& row, std::int64_t type) {
  out.target = target_of(row.text("associated_message_guid"), out);
  const auto which = static_cast<std::size_t>(type % 1000);
  if (type < 2000 || type > 3999 || which >= kTapbacks.size()) {
    if (type != 1000) out.doubts.push_back({"unknown-kind", fmt::format("associated_message_type {}", type)});
    if (type != 1000) out.kind = Kind::notice;
    out.extra["associated_message_type"] = static_cast<std::uint64_t>(std::max<std::int64_t>(type, 0));
    return;
  }
  out.kind = Kind::reaction;
  out.extra["tapback"] = std::string(kTapbacks[which].name);
  if (!out.text.empty()) out.extra["shown_text"] = out.text;
  out.ranges.clear();
  if (type >= 3000) {
    out.text.clear();
    out.extra["removed"] = true;
    return;
  }
  out.text = which == 6 ? row.text("associated_message_emoji") : std::string(kTapbacks[which].emoji);
  if (out.text.empty()) out.text = which == 7 ? "sticker" : "?";
}

/// item_type: what is no message.
void set_event(Record& out, Row& row, const Directory& directory, std::int64_t item) {
  const std::int64_t action = row.integer("group_action_type");
  record::Person other = directory.person(row.integer("other_handle"));
  const auto member = [&](std::string_view change) {
    out.kind = Kind::membership;
    out.extra["change"] = std::string(change);
    other.role = change;
    if (!other.id.empty()) out.people.push_back(other);
  };
  const auto rename = [&](std::string_view change) {
    out.kind = Kind::rename;
    out.extra["change"] = std::string(change);
  };
  out.kind = Kind::notice;
  out.extra["item_type"] = row.text("item_type");
  out.extra["group_action_type"] = row.text("group_action_type");
  if (item == 1 && (action == 0 || action == 1)) return member(action == 0 ? "added" : "removed");
  if (item == 3 && action == 0) return member("left");
  if (item == 2) {
    rename("subject");
    out.extra["new_value"] = row.text("group_title");
    return;
  }
  if (item == 3 && (action == 1 || action == 2)) return rename(action == 1 ? "picture" : "picture-removed");
  if (item == 4) {
    out.extra["change"] = std::string("location-sharing");
  } else if (item == 5) {
    out.extra["change"] = std::string("audio-kept");
  } else if (item == 6) {
    out.kind = Kind::call;
    out.extra["video"] = true;
  } else {
    out.doubts.push_back({"unknown-kind", fmt::format("item_type {}, group_action_type {}", item, action)});
  }
}

void set_sender(Record& out, Row& row, const Directory& directory) {
  out.outgoing = row.integer("is_from_me") != 0;
  const record::Person other = directory.person(row.integer("handle_id"));
  if (out.outgoing) {
    std::string own = row.text("destination_caller_id");
    if (const std::string account = row.text("account"); own.empty() && account.size() > 2)
      own = account.substr(2);
    out.author = telephone::self(own);
    if (!other.id.empty()) out.people.push_back(other);
  } else if (!other.id.empty()) {
    out.author = other;
  } else {
    out.doubts.push_back({"no-author", "the message names no sender"});
  }
  out.conversation = directory.conversation(row.integer("rowid_"), other);
}

void set_extra(Record& out, Row& row) {
  static constexpr std::array<std::string_view, 6> kTexts{
      "service", "subject", "balloon_bundle_id", "expressive_send_style_id", "thread_originator_part",
      "error"};
  for (const std::string_view name : kTexts) {
    if (std::string value = row.text(name); !value.empty() && value != "0")
      out.extra[std::string(name)] = std::move(value);
  }
  for (const auto& [column, name] :
       {std::pair{"date_read", "read_at_ms"}, std::pair{"date_delivered", "delivered_at_ms"}}) {
    const std::int64_t ms = row.integer(column) > 0 ? unix_ms(row.integer(column)) : 0;
    if (ms > 0) out.extra[name] = static_cast<std::uint64_t>(ms);
  }
}

}  // namespace

Record message_of(Row& row, const Directory& directory, const Summary& summary) {
  Record out;
  out.native_id = row.text("guid");
  set_sender(out, row, directory);
  set_text(out, row);
  out.sent_at = telephone::instant(unix_ms(row.integer("date")), "date", out.doubts);
  set_extra(out, row);
  if (directory.is_recently_deleted(row.integer("rowid_"))) out.extra["recently_deleted"] = true;
  if (const std::string thread = row.text("thread_originator_guid"); !thread.empty())
    out.reply_to = record::Target{thread, {}, {}, {}};
  if (const std::int64_t item = row.integer("item_type"); item != 0) {
    set_event(out, row, directory, item);
  } else if (const std::int64_t type = row.integer("associated_message_type"); type >= 1000) {
    set_tapback(out, row, type);
  }
  const bool is_whole = summary.parts == 1 || (summary.parts == 0 && summary.versions.size() > 1);
  if (is_whole && !summary.versions.empty() && summary.versions.front().readable) {
    out.text = summary.versions.front().text;  // as first sent; the later ones are edits
    out.ranges.clear();
  }
  return out;
}

std::vector<Record> later_of(const Record& message, Row& row, const Summary& summary) {
  std::vector<Record> out;
  const auto add = [&](Kind kind, std::int64_t part, std::size_t number, std::int64_t at_ms) -> Record& {
    Record& later = out.emplace_back();
    later.kind = kind;
    later.conversation = message.conversation;
    later.author = message.author;
    later.outgoing = message.outgoing;
    later.target = record::Target{
        message.native_id, message.author ? message.author->id : "", message.sent_at.unix_ms, {}};
    later.native_id = fmt::format("{}/{}/{}/{}", message.native_id, kind == Kind::edit ? "edit" : "retracted",
                                  part, number);
    later.sent_at = telephone::instant(at_ms, "the time of the change", later.doubts);
    later.extra["part"] = static_cast<std::uint64_t>(std::max<std::int64_t>(part, 0));
    return later;
  };
  std::size_t number = 0;
  for (std::size_t i = 0; i < summary.versions.size(); ++i) {
    const Version& v = summary.versions[i];
    number = i > 0 && summary.versions[i - 1].part == v.part ? number + 1 : 0;
    if (number == 0) continue;
    Record& edit = add(Kind::edit, v.part, number, v.at_ms);
    edit.text = v.text;
    if (!v.readable) edit.doubts.push_back({"text-unreadable", "the text of this version cannot be read"});
  }
  const std::int64_t retracted =
      row.integer("date_retracted") > 0 ? row.integer("date_retracted") : row.integer("date_edited");
  for (std::size_t i = 0; i < summary.retracted.size(); ++i)
    add(Kind::deletion, summary.retracted[i], i, unix_ms(retracted > 0 ? retracted : row.integer("date")));
  return out;
}

std::size_t count_later(const Summary& summary) {
  std::size_t count = summary.retracted.size();
  for (std::size_t i = 1; i < summary.versions.size(); ++i)
    count += summary.versions[i].part == summary.versions[i - 1].part ? 1u : 0u;
  return count;
}

}  // namespace strongroom::capture::imessage
