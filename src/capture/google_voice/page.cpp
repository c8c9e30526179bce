#include "capture/google_voice/page.h"

#include <algorithm>
#include <utility>

#include "capture/telephone/tags.h"

namespace strongroom::capture::google_voice {
namespace {

using telephone::Tag;
using telephone::Tags;

constexpr std::string_view kMessage = "<div class=\"message\">";
constexpr std::size_t kMarkupMax = 64u << 20;

bool is_class(const Tag& tag, std::string_view name) {
  const std::string_view classes = tag.raw("class").value_or("");
  return classes == name || (classes.starts_with(name) && classes.substr(name.size()).starts_with(' '));
}

std::string value(const Tag& tag, std::string_view attribute) {
  return telephone::unescaped(tag.raw(attribute).value_or("")).text;
}

std::string trimmed(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

/// What stands between the tag the walk is behind and `close`: text, with line breaks for <br>, without other tags.
std::string inner_text(std::string_view text, std::size_t from, std::string_view close) {
  const std::string_view inner = text.substr(from, std::min(text.find(close, from), text.size()) - from);
  std::string out;
  std::size_t at = 0;
  while (at < inner.size()) {
    const std::size_t open = std::min(inner.find('<', at), inner.size());
    out += telephone::unescaped(inner.substr(at, open - at)).text;
    if (inner.substr(open, 3) == "<br") out += '\n';
    const std::size_t end = inner.find('>', open);
    at = end == std::string_view::npos ? inner.size() : end + 1;
  }
  return out;
}

/// Cards, times and references of a part of the page.
class ItemWalk {
 public:
  explicit ItemWalk(std::string_view text) : text_(text), tags_(text) { item_.bytes = text; }

  Item run() {
    Tag tag;
    while (tags_.next(tag)) {
      if (tag.kind == Tag::Kind::open || tag.kind == Tag::Kind::empty) take(tag);
    }
    if (card_) item_.card = std::move(card_);
    return std::move(item_);
  }

 private:
  void take(const Tag& tag) {
    if (tag.name == "abbr" && (is_class(tag, "dt") || is_class(tag, "published")))
      item_.time = value(tag, "title");
    if (tag.name == "abbr" && is_class(tag, "duration")) item_.duration = value(tag, "title");
    if (tag.name == "a" && is_class(tag, "tel") && !card_) {
      const std::string href = value(tag, "href");
      card_ = Card{href.starts_with("tel:") ? href.substr(4) : href, {}, false};
    }
    if (is_class(tag, "fn") && card_ && !named_) {
      named_ = true;
      card_->is_self = tag.name == "abbr";  // "Me", in any language, is an <abbr>
      card_->name = trimmed(inner_text(text_, tags_.at(), tag.name == "abbr" ? "</abbr>" : "</span>"));
    }
    const bool words = tag.name == "q" || (tag.name == "span" && is_class(tag, "full-text"));
    if (words && !worded_) {
      worded_ = true;
      item_.text = inner_text(text_, tags_.at(), tag.name == "q" ? "</q>" : "</span>");
    }
    if (tag.raw("src")) item_.references.push_back({value(tag, "src"), std::string(tag.name)});
    if (tag.name == "a" && (is_class(tag, "vcard") || is_class(tag, "video") || is_class(tag, "audio")))
      item_.references.push_back({value(tag, "href"), std::string(tag.name)});
  }

  std::string_view text_;
  Tags tags_;
  Item item_;
  std::optional<Card> card_;
  bool named_ = false, worded_ = false;
};

/// What stands after the messages: labels, and whether the user had deleted it.
void take_trailer(std::string_view text, Page& page) {
  Tags tags(text);
  Tag tag;
  bool status = false;
  while (tags.next(tag)) {
    if (tag.kind != Tag::Kind::open) continue;
    const std::string href = value(tag, "href");
    if (tag.name == "a" && tag.raw("rel") == "tag") page.labels.push_back(href.substr(href.rfind('#') + 1));
    if (tag.name == "div" && is_class(tag, "deletedStatusContainer") && !std::exchange(status, true))
      page.deleted = inner_text(text, tags.at(), "</div>").find("True") != std::string::npos;
  }
}

}  // namespace

bool is_page(std::string_view text) {
  const auto has = [&](std::string_view what) { return text.find(what) != std::string_view::npos; };
  return (has("class=\"hChatLog hfeed\"") && has(".deletedStatusContainer")) ||
         (has("class=\"haudio\"") && has("class=\"contributor vcard\""));
}

Page page_of(std::string_view text) {
  text = text.substr(0, kMarkupMax);
  Page page;
  if (const std::size_t title = text.find("<title>"); title != std::string_view::npos)
    page.title = trimmed(inner_text(text, title + 7, "</title>"));
  std::ranges::replace(page.title, '\n', ' ');
  const std::size_t call = text.find("<div class=\"haudio\"");
  const std::size_t tail = std::min(text.find("<div class=\"tags\""), text.size());
  take_trailer(text.substr(tail), page);
  if (call != std::string_view::npos) {
    page.is_call = true;
    page.items.push_back(ItemWalk(text.substr(call, std::max(tail, call) - call)).run());
    return page;
  }
  std::size_t at = text.find(kMessage);
  const std::string_view head = text.substr(0, std::min(at, text.size()));
  for (std::size_t cite = head.find("<cite"); cite != std::string_view::npos;
       cite = head.find("<cite", cite + 1)) {
    const std::string_view one = head.substr(cite, head.find("<cite", cite + 1) - cite);
    const Item person = ItemWalk(one.substr(0, one.find("</cite>"))).run();
    if (person.card && !person.card->is_self) page.participants.push_back(*person.card);
  }
  while (at < text.size()) {
    const std::size_t next = std::min(text.find(kMessage, at + 1), text.size());
    const std::size_t end = next == text.size() && tail > at ? tail : next;
    std::string_view bytes = text.substr(at, end - at);
    bytes = bytes.substr(0, bytes.find_last_not_of(" \r\n\t") + 1);
    page.items.push_back(ItemWalk(bytes).run());
    at = next;
  }
  return page;
}

std::optional<std::uint64_t> seconds_of(std::string_view duration) {
  if (!duration.starts_with("PT")) return std::nullopt;
  std::uint64_t seconds = 0, number = 0;
  for (const char c : duration.substr(2)) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
      if (number > 1'000'000) return std::nullopt;
    } else if (c == 'H' || c == 'M' || c == 'S') {
      seconds += number * (c == 'H' ? 3600 : c == 'M' ? 60 : 1);
      number = 0;
    } else {
      return std::nullopt;
    }
  }
  return seconds;
}

}  // namespace strongroom::capture::google_voice
