#include "capture/wecom/content.h"

#include <algorithm>
#include <boost/json.hpp>

namespace strongroom::capture::wecom {
namespace {

using json::Array;
using json::Object;
using record::Kind;
using record::Record;

constexpr std::size_t kNestingMax = 8;  ///< forwarded conversations in forwarded conversations

void set(Record& out, std::string_view name, std::string value) {
  if (!value.empty()) out.extra[std::string(name)] = std::move(value);
}

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

/// The lines an application shows of a card, in this order.
void add_lines(Record& out, const Object& content, const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) add_line(out.text, json::text(content, name));
}

std::string media_type_of(std::string_view type, const Object& content) {
  if (type == "emotion") return json::integer(content, "type") == 2 ? "image/png" : "image/gif";
  if (type == "voice" || type == "meeting_voice_call") return "audio";
  return type == "image" || type == "video" ? std::string(type) : std::string();
}

/// Everything with an sdkfileid: the bytes are fetched from Tencent within days, or not at all.
void add_media(std::string_view type, const Object& content, Record& out) {
  record::Attachment a;
  a.name = json::text(content, "filename");
  a.source_reference = json::text(content, "sdkfileid");
  for (const std::string_view size : {"filesize", "voice_size", "imagesize"}) {
    if (const auto bytes = json::unsigned_integer(content, size)) a.size = bytes;
  }
  a.width = json::unsigned_integer(content, "width");
  a.height = json::unsigned_integer(content, "height");
  a.media_type = media_type_of(type, content);
  a.flavour = type == "voice" ? "voice" : type == "emotion" ? "sticker" : "";
  out.attachments.push_back(std::move(a));
}

/// A name of the exporter's list of forwarded or mixed items: "ChatRecordText" is "text".
std::string plain_type(std::string type) {
  constexpr std::string_view kPrefix = "ChatRecord";
  if (type.starts_with(kPrefix)) type.erase(0, kPrefix.size());
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return type;
}

void add_items(const Object& content, std::size_t depth, Record& out);

/// One item of a forwarded conversation or a mixed message, whose content is JSON in a JSON string.
void add_item(const Object& item, std::size_t depth, Record& out) {
  const std::string type = plain_type(json::text(item, "type"));
  const auto inner = json::parse(json::text(item, "content"));
  if (!inner || !inner->is_object()) {
    out.doubts.push_back({"unreadable-item", "an item whose content is no JSON object"});
    return;
  }
  const Object& content = inner->get_object();
  if (content.contains("sdkfileid")) add_media(type, content, out);
  add_lines(out, content, {"content", "title", "description", "link_url", "address"});
  if (content.contains("item")) add_items(content, depth + 1, out);
}

void add_items(const Object& content, std::size_t depth, Record& out) {
  const Array* items = json::array(content, "item");
  if (items == nullptr) return;
  if (depth == kNestingMax) {
    out.doubts.push_back({"nested-too-deep", "what lies deeper is in the original only"});
    return;
  }
  for (const json::Any& item : *items) {
    if (item.is_object()) add_item(item.get_object(), depth, out);
  }
}

void vote(const Object& content, Record& out) {
  constexpr std::int64_t kAnswered = 102;
  const Array* items = json::array(content, "voteitem");
  std::vector<record::PollOption> options;
  for (const json::Any& item : items ? *items : Array()) {
    if (!item.is_string()) continue;
    options.push_back({json::text(Object{{"v", item}}, "v"), 0});
  }
  if (json::integer(content, "votetype") == kAnswered) {
    out.kind = Kind::poll_vote;
    out.target = record::Target{
        json::text_or_number(content, "voteid"), {}, std::nullopt, json::text(content, "votetitle")};
    for (const auto& option : options) add_line(out.text, option.text);
  } else {
    out.kind = Kind::poll;
    out.poll = record::Poll{json::text(content, "votetitle"), std::move(options), {}, {}};
  }
}

void news(const Object& content, Record& out) {
  const Array* items = json::array(content, "item");
  if (items == nullptr) return;
  for (const json::Any& item : *items) {
    if (item.is_object()) add_lines(out, item.get_object(), {"title", "description", "url"});
  }
}

void collect(const Object& content, Record& out) {
  add_lines(out, content, {"title"});
  const Array* details = json::array(content, "details");
  if (details == nullptr) return;
  for (const json::Any& detail : *details) {
    if (detail.is_object()) add_lines(out, detail.get_object(), {"ques"});
  }
}

void call(std::string_view type, const Object& content, Record& out) {
  out.kind = Kind::call;
  out.extra["state"] = std::string("ended");
  if (type == "voiptext") {
    // 1 video and 2 voice between two people, 3 video and 4 voice among several.
    const auto invite = json::integer(content, "invitetype");
    if (invite) out.extra["video"] = *invite == 1 || *invite == 3;
    if (const auto seconds = json::unsigned_integer(content, "callduration"))
      out.extra["duration_s"] = *seconds;
    return;
  }
  if (!json::text(content, "sdkfileid").empty()) add_media(type, content, out);
}

/// Types whose text is a few lines of their card.
struct Card {
  std::string_view type;
  std::vector<std::string_view> lines;
};
const std::vector<Card>& cards() {
  static const std::vector<Card> kCards{
      {"text", {"content"}},
      {"markdown", {"content"}},
      {"location", {"title", "address"}},
      {"link", {"title", "description", "link_url"}},
      {"weapp", {"title", "description"}},
      {"card", {"userid"}},
      {"todo", {"title", "content"}},
      {"redpacket", {"wish"}},
      {"external_redpacket", {"wish"}},
      {"meeting", {"topic", "address", "remarks"}},
      {"meeting_notification", {"content"}},
      {"docmsg", {"title", "link_url"}},
      {"calendar", {"title", "place", "remarks"}},
      {"sphfeed", {"sph_name", "feed_desc"}},
      {"qydiskfile", {}},
      {"agree", {}},
      {"disagree", {}},
  };
  return kCards;
}

bool fill_card(std::string_view type, const Object& content, Record& out) {
  const auto card = std::ranges::find(cards(), type, &Card::type);
  if (card == cards().end()) return false;
  add_lines(out, content, card->lines);
  if (type == "agree" || type == "disagree" || type == "meeting_notification") out.kind = Kind::notice;
  if (type == "qydiskfile") add_media(type, content, out);
  if (type == "location") {
    set(out, "location", "point");
    set(out, "latitude", json::text_or_number(content, "latitude"));
    set(out, "longitude", json::text_or_number(content, "longitude"));
  }
  return true;
}

bool fill_known(std::string_view type, const Object& content, Record& out) {
  if (fill_card(type, content, out)) return true;
  if (type == "image" || type == "voice" || type == "video" || type == "emotion" || type == "file" ||
      type == "voip_doc_share")
    add_media(type, content, out);
  else if (type == "revoke") {
    out.kind = Kind::deletion;
    out.target = record::Target{json::text(content, "pre_msgid"), {}, std::nullopt, {}};
  } else if (type == "chatrecord") {
    add_lines(out, content, {"title"});
    add_items(content, 0, out);
  } else if (type == "mixed")
    add_items(content, 0, out);
  else if (type == "vote")
    vote(content, out);
  else if (type == "news")
    news(content, out);
  else if (type == "collect")
    collect(content, out);
  else if (type == "voiptext" || type == "meeting_voice_call")
    call(type, content, out);
  else
    return false;
  return true;
}

}  // namespace

record::SourceTime instant(const Object& object, std::string_view name, std::vector<record::Doubt>& doubts) {
  constexpr std::int64_t kOldest = 1'262'304'000'000, kNewest = 4'102'444'800'000;  // 2010 to 2100
  record::SourceTime out;
  const auto ms = json::integer(object, name);
  if (!ms) {
    doubts.push_back({"no-time", "the message gives no readable time"});
  } else if (*ms < kOldest || *ms > kNewest) {
    doubts.push_back({"implausible-time", "the time lies before 2010 or after 2099; it was not used"});
  } else {
    out.unix_ms = *ms;
  }
  return out;
}

void fill_content(std::string_view type, const Object& content, Record& out) {
  const std::string prefix = std::string(type) + ".";
  if (!fill_known(type, content, out)) {
    out.kind = Kind::notice;
    out.doubts.push_back({"unknown-kind", "a type of message this version does not know"});
    add_lines(out, content, {"title", "content"});
  }
  // What is text, target or attachment already is not said twice.
  json::keep_rest(out, content,
                  {"content", "sdkfileid", "filename", "filesize", "voice_size", "imagesize", "width",
                   "height", "latitude", "longitude", "pre_msgid", "voteitem", "votetitle"},
                  prefix);
}

}  // namespace strongroom::capture::wecom
