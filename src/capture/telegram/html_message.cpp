#include "capture/telegram/html_message.h"

#include <algorithm>
#include <array>

#include "base/utf16.h"
#include "capture/telegram/markup.h"
#include "capture/telegram/people.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::size_t kDepthMax = 64;

enum class Place {
  nowhere,
  skipped,
  from,
  forwarded,
  forwarded_from,
  text,
  reply,
  signature,
  service,
  media,
  title,
  description,
  status,
  question,
  poll_details,
  answer,
  reactions
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kSpace) - from + 1));
}

/// The text of a message without what the writer puts around it: a line break before, one and an indentation behind.
std::string_view without_frame(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  if (last != std::string_view::npos && text[last] == '\n') text = text.substr(0, last);
  return text;
}

class BlockReader {
 public:
  explicit BlockReader(HtmlMessage& out) : out_(out) {}

  void read(std::string_view block) {
    Markup markup(block);
    while (const auto token = markup.next()) {
      if (token->kind == Token::Kind::text) {
        take_text(token->text);
      } else if (token->kind == Token::Kind::close) {
        close();
      } else {
        open(*token);
      }
    }
    finish();
  }

 private:
  struct Open {
    Place place = Place::nowhere;
    std::string style;
    std::string mention;
    std::uint64_t start = 0;
  };

  Place place() const { return open_.empty() ? Place::nowhere : open_.back().place; }
  bool within(Place wanted) const {
    return std::ranges::any_of(open_, [&](const Open& o) { return o.place == wanted; });
  }

  void open(const Token& tag) {
    if (tag.name == "br") return take_text("\n", true);
    Place here = place_of(tag);
    if (tag.empty) {
      if (tag.name == "img" && here == Place::media && !out_.media.empty())
        out_.media.back().thumbnail = attribute(tag, "src");
      return;
    }
    if (open_.size() >= kDepthMax) {
      ++too_deep_;
      return;
    }
    Open opened{here, {}, {}, at_};
    if (here == Place::text) style(tag, opened);
    if (here == Place::reply || here == Place::service) note_target(tag);
    open_.push_back(std::move(opened));
  }

  void close() {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    if (open_.empty()) return;
    const Open closed = std::move(open_.back());
    open_.pop_back();
    if (!closed.style.empty() && at_ > closed.start)
      out_.ranges.push_back({closed.start, at_ - closed.start, closed.style, closed.mention});
  }

  Place place_of(const Token& tag) {
    const Place outer = place();
    if (outer == Place::skipped) return outer;
    if (has_class(tag, "message")) note_message(tag);
    if (has_class(tag, "date")) {
      std::string& date = outer == Place::forwarded_from ? out_.forwarded_date : out_.date;
      if (date.empty()) date = attribute(tag, "title");
      return Place::skipped;
    }
    if (outer == Place::text) return outer;
    if (has_class(tag, "userpic_wrap")) return Place::skipped;
    if (has_class(tag, "reactions")) return Place::reactions;
    if (outer == Place::reactions) return has_class(tag, "initials") ? Place::skipped : outer;
    if (has_class(tag, "media_wrap")) return begin_media();
    if (within(Place::media)) return place_in_media(tag, outer);
    if (has_class(tag, "forwarded")) {
      out_.forwarded = true;
      return Place::forwarded;
    }
    if (has_class(tag, "from_name")) return within(Place::forwarded) ? Place::forwarded_from : Place::from;
    if (has_class(tag, "reply_to")) return Place::reply;
    if (has_class(tag, "signature")) return Place::signature;
    if (has_class(tag, "text")) return begin_text();
    if (out_.service && has_class(tag, "body")) return Place::service;
    return outer;
  }

  Place begin_media() {
    out_.media.emplace_back();
    return Place::media;
  }

  Place begin_text() {
    text_begins_ = true;
    return Place::text;
  }

  Place place_in_media(const Token& tag, Place outer) {
    HtmlMessage::Media& media = out_.media.back();
    if (tag.name == "a" && media.reference.empty()) media.reference = attribute(tag, "href");
    for (const std::string_view kind :
         {"media_photo", "media_video", "media_voice_message", "media_audio_file", "media_file",
          "media_contact", "media_live_location", "media_location", "media_venue", "media_game",
          "media_invoice", "media_call", "media_poll", "photo_wrap", "video_file_wrap", "animated_wrap",
          "sticker_wrap"}) {
      if (has_class(tag, kind)) media.kind = kind;
    }
    if (media.kind == "media_poll") {
      if (has_class(tag, "question")) return Place::question;
      if (has_class(tag, "answer")) {
        out_.poll_answers.emplace_back();
        return Place::answer;
      }
      if (has_class(tag, "details") && outer != Place::answer) return Place::poll_details;
      return outer;
    }
    if (has_class(tag, "title")) return Place::title;
    if (has_class(tag, "description")) return Place::description;
    if (has_class(tag, "status") || has_class(tag, "video_duration")) return Place::status;
    return outer;
  }

  void note_message(const Token& tag) {
    const std::string id = attribute(tag, "id");
    if (!id.starts_with("message") || !out_.id.empty()) return;
    out_.id = id.substr(7);
    out_.service = has_class(tag, "service");
    out_.joined = has_class(tag, "joined");
  }

  /// "#go_to_message123", perhaps in another page.
  void note_target(const Token& tag) {
    constexpr std::string_view kMark = "go_to_message";
    const std::string href = attribute(tag, "href");
    const std::size_t at = href.find(kMark);
    if (at != std::string::npos && out_.reply_to.empty()) out_.reply_to = href.substr(at + kMark.size());
  }

  void style(const Token& tag, Open& opened) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kStyles{
        {{"strong", "bold"},
         {"em", "italic"},
         {"code", "monospace"},
         {"pre", "monospace"},
         {"u", "underline"},
         {"s", "strikethrough"},
         {"blockquote", "blockquote"}}};
    for (const auto& [name, meant] : kStyles) {
      if (tag.name == name) opened.style = meant;
    }
    if (tag.name == "span" && has_class(tag, "spoiler")) opened.style = "spoiler";
    if (tag.name != "a") return;
    const std::string href = attribute(tag, "href");
    if (attribute(tag, "onclick").find("ShowMentionName") != std::string::npos) opened.style = "mention";
    if (href.empty() || href.starts_with("mailto:") || href.starts_with("tel:")) return;
    opened.style = "link";
    out_.links += (out_.links.empty() ? "" : "\n") + href;
  }

  void take_text(std::string_view written, bool line_break = false) {
    std::string* to = field();
    if (to == nullptr) return;
    std::string words = line_break ? "\n" : without_entities(written);
    if (to == &out_.text) {
      if (text_begins_ && !line_break && words.starts_with('\n')) words.erase(0, 1);
      text_begins_ = false;
      at_ += utf16::length_of(words);
    }
    *to += words;
  }

  std::string* field() {
    HtmlMessage::Media* media = out_.media.empty() ? nullptr : &out_.media.back();
    switch (place()) {
      case Place::from: return &out_.from;
      case Place::forwarded_from: return &out_.forwarded_from;
      case Place::text: return &out_.text;
      case Place::signature: return &out_.signature;
      case Place::service: return &out_.service_text;
      case Place::reactions: return &out_.reactions;
      case Place::title: return media == nullptr ? nullptr : &media->title;
      case Place::description: return media == nullptr ? nullptr : &media->description;
      case Place::status: return media == nullptr ? nullptr : &media->status;
      case Place::question: return &out_.poll_question;
      case Place::poll_details: return &out_.poll_details;
      case Place::answer: return out_.poll_answers.empty() ? nullptr : &out_.poll_answers.back();
      default: return nullptr;
    }
  }

  void finish() {
    out_.text = std::string(without_frame(out_.text));
    const std::uint64_t length = utf16::length_of(out_.text);
    std::erase_if(out_.ranges, [&](const record::TextRange& r) { return r.start >= length; });
    for (record::TextRange& r : out_.ranges) r.length = std::min(r.length, length - r.start);
    for (std::string* field : {&out_.from, &out_.forwarded_from, &out_.signature, &out_.service_text,
                               &out_.reactions, &out_.poll_question, &out_.poll_details})
      *field = trimmed(*field);
    for (std::string& answer : out_.poll_answers) answer = trimmed(answer);
    for (HtmlMessage::Media& m : out_.media) {
      for (std::string* field : {&m.title, &m.description, &m.status}) *field = trimmed(*field);
    }
    if (const std::size_t via = out_.from.rfind(" via @"); via != std::string::npos) {
      out_.via = out_.from.substr(via + 6);
      out_.from.resize(via);
    }
  }

  HtmlMessage& out_;
  std::vector<Open> open_;
  std::size_t too_deep_ = 0;
  std::uint64_t at_ = 0;  ///< UTF-16 units of text so far
  bool text_begins_ = false;
};

}  // namespace

HtmlMessage read_html_message(std::string_view block) {
  HtmlMessage out;
  BlockReader(out).read(block);
  return out;
}

std::string html_title(std::string_view head) {
  Markup markup(head);
  std::string title;
  bool in_header = false, in_title = false;
  while (const auto token = markup.next()) {
    if (token->kind == Token::Kind::open && has_class(*token, "page_header")) in_header = true;
    if (token->kind == Token::Kind::close && in_title) return trimmed(title);
    if (token->kind == Token::Kind::open && in_header && has_class(*token, "text")) in_title = true;
    if (token->kind == Token::Kind::text && in_title) title += without_entities(token->text);
  }
  return trimmed(title);
}

}  // namespace strongroom::capture::telegram
