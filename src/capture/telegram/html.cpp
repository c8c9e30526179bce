#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "capture/beside.h"
#include "capture/emission.h"
#include "capture/telegram/html_message.h"
#include "capture/telegram/parser.h"
#include "capture/telegram/people.h"
#include "capture/telegram/times.h"
#include "record/time_text.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kSource = "telegram-html";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;
constexpr std::string_view kMessage = "<div class=\"message ";  // the writer's own spelling; text is escaped

constexpr std::string_view kDeletedAccount = "Deleted Account";

/// Lines that show a date count down from -1; messages of a group before its migration have ids near -10^9.
bool is_date_line(const HtmlMessage& message) {
  return message.service && message.id.starts_with('-') && message.id.size() <= 7;
}

/// "08.03.2022 13:07:42 UTC+01:00" as "2022-03-08T13:07:42" and "+01:00"; empty parts if it is no such date.
std::pair<std::string, std::string> clock_of(const std::string& written) {
  if (written.size() < 19 || written[2] != '.' || written[5] != '.') return {};
  const std::string wall = written.substr(6, 4) + "-" + written.substr(3, 2) + "-" + written.substr(0, 2) +
                           "T" + written.substr(11, 8);
  const std::size_t utc = written.find("UTC");
  if (utc == std::string::npos) return {wall, {}};
  const std::string offset = written.substr(utc + 3);
  return {wall, offset.empty() ? "Z" : offset};
}

class Page {
 public:
  Page(const InputFile& file, const Limits& limits, const Statement& statement, WallClock& clock,
       FilesBeside& beside, Tally& tally)
      : file_(file),
        text_(text_of(file.bytes)),
        item_bytes_max_(std::min(limits.item_bytes_max, kItemBytesMax)),
        statement_(statement),
        clock_(clock),
        beside_(beside),
        tally_(tally) {}

  Result<void> read() {
    std::size_t at = std::min(text_.find(kMessage), text_.size());
    TRY(read_head(at));
    while (at < text_.size()) {
      const std::size_t next = std::min(text_.find(kMessage, at + kMessage.size()), text_.size());
      TRY(read_block(at, next));
      at = next;
    }
    return {};
  }

 private:
  Result<void> refuse(std::size_t begin, std::size_t end, std::string code, std::string detail) {
    return tally_.refuse({file_.path, begin, bytes_of(text_.substr(begin, end - begin)), std::move(code),
                          fmt::format("{} (offset {}, {} bytes)", detail, begin, end - begin)});
  }

  Result<void> read_head(std::size_t end) {
    conversation_.title = html_title(text_.substr(0, std::min<std::size_t>(end, kLookedAt)));
    conversation_.id = "telegram:name:" + conversation_.title;
    if (end > item_bytes_max_)
      return refuse(0, end, "too-large", "the head of a page is larger than the limit");
    Record out;
    out.kind = Kind::context;
    out.conversation = conversation_;
    out.extra["object"] = std::string("page");
    Emission emission(tally_, file_.path, bytes_of(text_.substr(0, end)), 0);
    return emission.emit(std::move(out));
  }

  Result<void> read_block(std::size_t begin, std::size_t end) {
    if (end - begin > item_bytes_max_)
      return refuse(begin, end, "too-large", "a message is larger than the limit");
    if (!TRY(tally_.begin(file_.path, begin)))
      return refuse(begin, end, "killed-its-reader", "reading this message ended the reader once before");
    const std::string_view block = text_.substr(begin, end - begin);
    const HtmlMessage message = read_html_message(block);
    if (message.id.empty())
      return refuse(begin, end, "not-a-message", "this part of the page does not look like a message");
    Emission emission(tally_, file_.path, bytes_of(block), begin);
    return emission.emit(record_of(message));
  }

  Record record_of(const HtmlMessage& message) {
    Record out;
    out.conversation = conversation_;
    out.native_id = message.id;
    fill_time(message, out);
    if (message.service) {
      fill_service(message, out);
      return out;
    }
    if (!message.joined || !last_author_) {
      last_author_.reset();
      if (!message.from.empty() && message.from != kDeletedAccount) last_author_ = named(message.from);
      if (message.from == kDeletedAccount) out.extra["shown_author"] = message.from;
    }
    out.author = last_author_;
    out.outgoing =
        out.author && !statement_.custodian_name.empty() && out.author->name == statement_.custodian_name;
    if (out.outgoing) out.author->role = "self";
    out.text = message.text;
    out.ranges = message.ranges;
    if (!message.reply_to.empty()) out.reply_to = record::Target{message.reply_to, {}, {}, {}};
    for (const HtmlMessage::Media& media : message.media) fill_media(media, out);
    fill_poll(message, out);
    fill_extra(message, out);
    return out;
  }

  void fill_time(const HtmlMessage& message, Record& out) {
    const auto [wall, offset] = clock_of(message.date);
    if (!offset.empty()) {
      if (const auto ms = record::from_rfc3339(wall + offset)) {
        out.sent_at = instant(*ms / 1000, out.doubts);
        last_time_ = out.sent_at;
        return;
      }
    }
    const auto time = clock_.read(wall, out.doubts);
    out.sent_at = time.value_or(last_time_);
    if (time) {
      last_time_ = *time;
    } else if (!message.service) {
      out.doubts.push_back({"no-own-time", "the page shows no time; it bears that of the message before"});
    }
  }

  static void fill_service(const HtmlMessage& message, Record& out) {
    out.text = message.service_text;
    out.kind = is_date_line(message) ? Kind::context : Kind::notice;
    out.extra[out.kind == Kind::context ? "object" : "event"] =
        std::string(out.kind == Kind::context ? "date_line" : "service");
    if (!message.reply_to.empty()) out.target = record::Target{message.reply_to, {}, {}, {}};
  }

  void fill_media(const HtmlMessage::Media& media, Record& out) {
    if (media.kind == "media_poll") return;
    std::string said = media.title;
    for (const std::string* more : {&media.description, &media.status}) {
      if (!said.empty() && !more->empty()) said += '\n';
      said += *more;
    }
    if (media.kind == "media_call") out.kind = Kind::call;
    const bool network = media.reference.starts_with("http");
    const bool file = media.kind.ends_with("_wrap") || media.kind == "media_photo" ||
                      media.kind == "media_video" || media.kind == "media_voice_message" ||
                      media.kind == "media_audio_file" || media.kind == "media_file" ||
                      (media.kind == "media_contact" && !media.reference.empty());
    if (!file || network) {
      out.extra["content"] = media.kind;
      out.extra["shown"] = said + (network ? "\n" + media.reference : "");
      return;
    }
    record::Attachment a;
    a.flavour = flavour_of(media.kind);
    a.caption = said;
    a.source_reference = media.reference;
    a.name = media.reference.substr(media.reference.find_last_of('/') + 1);
    a.state = record::AttachmentState::omitted;
    if (!media.reference.empty()) settle(a, media.reference);
    out.attachments.push_back(std::move(a));
    if (media.thumbnail.empty()) return;
    record::Attachment thumbnail;
    thumbnail.flavour = "thumbnail";
    thumbnail.source_reference = media.thumbnail;
    settle(thumbnail, media.thumbnail);
    out.attachments.push_back(std::move(thumbnail));
  }

  static std::string flavour_of(std::string_view kind) {
    if (kind == "media_voice_message") return "voice";
    if (kind == "animated_wrap") return "gif";
    if (kind == "sticker_wrap") return "sticker";
    if (kind == "media_contact") return "contact";
    return kind == "photo_wrap" || kind == "media_photo" ? "photo" : "";
  }

  /// Pages of a whole account name files from the top of the export: "../../chats/...".
  void settle(record::Attachment& a, std::string_view reference) {
    while (reference.starts_with("../")) reference.remove_prefix(3);
    beside_.settle(a, file_.path, reference);
  }

  static void fill_poll(const HtmlMessage& message, Record& out) {
    if (message.poll_question.empty()) return;
    out.kind = Kind::poll;
    record::Poll poll{message.poll_question, {}, {}, {}};
    for (const std::string& answer : message.poll_answers) poll.options.push_back({answer, 0});
    if (out.text.empty()) out.text = poll.question;
    out.extra["poll_details"] = message.poll_details;
    out.poll = std::move(poll);
  }

  static void fill_extra(const HtmlMessage& message, Record& out) {
    const auto keep = [&](const char* name, const std::string& value) {
      if (!value.empty()) out.extra[name] = value;
    };
    keep("via_bot", message.via);
    keep("author", message.signature);
    keep("links", message.links);
    keep("reactions", message.reactions);
    keep("forwarded_date", message.forwarded_date);
    if (message.forwarded) out.extra["forwarded_from"] = message.forwarded_from;
  }

  const InputFile& file_;
  std::string_view text_;
  std::uint64_t item_bytes_max_;
  const Statement& statement_;
  WallClock& clock_;
  FilesBeside& beside_;
  Tally& tally_;
  record::Conversation conversation_;
  std::optional<record::Person> last_author_;
  record::SourceTime last_time_;
};

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return is_html_page(f.bytes); }) ? 92 : 0;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_html_page(files[i].bytes)) texts.insert(i);
  }
  FilesBeside beside(files, texts);
  WallClock clock = TRY(WallClock::stated(statement));
  for (const std::size_t i : texts) TRY(Page(files[i], limits, statement, clock, beside, tally).read());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// By the class a page gives each message, found from behind: shares nothing with the reader.
Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    ++found;
    if (!is_html_page(file.bytes)) continue;
    const std::string_view text = text_of(file.bytes);
    constexpr std::string_view kClass = "\"message ";
    for (std::size_t at = text.rfind(kClass); at != std::string_view::npos && at >= 11;
         at = text.rfind(kClass, at - 1))
      found += text.substr(at - 11, 11) == "<div class=" ? 1u : 0u;
  }
  return found;
}

}  // namespace

bool is_html_page(BytesView bytes) {
  const std::string_view text = text_of(bytes.first(std::min(bytes.size(), kLookedAt)));
  return text.starts_with("<!DOCTYPE html>") &&
         text.find("<title>Exported Data</title>") != std::string_view::npos &&
         text.find("<div class=\"history\">") != std::string_view::npos;
}

const Parser& html_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::telegram
