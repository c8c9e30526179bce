#include "capture/teams/markup.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/char_set.h"
#include "base/utf16.h"
#include "base/utf8.h"

namespace strongroom::capture::teams {
namespace {

constexpr CharSet kSpecial("<&");

constexpr std::size_t kOpenMax = 64;
constexpr std::size_t kImagesMax = 256;
constexpr std::size_t kTagMax = 4096;
constexpr std::size_t kNone = std::string_view::npos;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The character an entity stands for, and its length with '&' and ';'. 0 = none.
std::size_t entity(std::string_view in, std::string& out) {
  const std::size_t end = in.substr(0, 12).find(';');
  if (end == kNone || end < 2) return 0;
  const std::string_view name = in.substr(1, end - 1);
  static constexpr struct {
    std::string_view name, meant;
  } kNamed[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\xC2\xA0"}};
  for (const auto& named : kNamed) {
    if (name != named.name) continue;
    out = named.meant;
    return end + 1;
  }
  if (name[0] != '#') return 0;
  const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t value = 0;
  const auto [stop, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  if (failed != std::errc() || stop != digits.data() + digits.size() || digits.empty()) return 0;
  if (value < 0x20 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 0;
  out.clear();
  utf8::append(out, value);
  return end + 1;
}

std::string unescaped(std::string_view text) {
  std::string out, meant;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t used = text[i] == '&' ? entity(text.substr(i), meant) : 0;
    out += used == 0 ? std::string(1, text[i]) : meant;
    i += used == 0 ? 1 : used;
  }
  return out;
}

/// The value of an attribute of a tag's inside: ` id="0" x='y' z=w`.
std::string attribute(std::string_view inside, std::string_view name) {
  std::size_t i = 0;
  while (i < inside.size()) {
    while (i < inside.size() && (is_space(inside[i]) || inside[i] == '/')) ++i;
    const std::size_t name_start = i;
    while (i < inside.size() && inside[i] != '=' && !is_space(inside[i])) ++i;
    const bool wanted = lower(inside.substr(name_start, i - name_start)) == name;
    while (i < inside.size() && is_space(inside[i])) ++i;
    if (i >= inside.size() || inside[i] != '=') continue;
    ++i;
    while (i < inside.size() && is_space(inside[i])) ++i;
    const char quote = i < inside.size() && (inside[i] == '"' || inside[i] == '\'') ? inside[i] : ' ';
    if (quote != ' ') ++i;
    const std::size_t end = std::min(inside.find(quote, i), inside.size());
    if (wanted) return unescaped(inside.substr(i, end - i));
    i = end + 1;
  }
  return {};
}

std::string_view style_of(std::string_view tag) {
  if (tag == "b" || tag == "strong") return "bold";
  if (tag == "i" || tag == "em") return "italic";
  if (tag == "s" || tag == "strike" || tag == "del") return "strikethrough";
  if (tag == "code" || tag == "codeblock" || tag == "pre") return "monospace";
  return tag == "at" ? std::string_view("mention") : std::string_view();
}

/// A letter, or the mark of a declaration: what can stand behind '<' in a tag.
bool begins_name(std::string_view text) {
  if (text.empty()) return false;
  const char c = text[0];
  return c == '!' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_block(std::string_view tag) {
  static constexpr std::string_view kBlocks[] = {"p",     "div",        "li",  "ul", "ol",       "tr",
                                                 "table", "blockquote", "pre", "h1", "h2",       "h3",
                                                 "h4",    "h5",         "h6",  "hr", "codeblock"};
  return std::ranges::find(kBlocks, tag) != std::end(kBlocks);
}

class Reader {
 public:
  Plain read(std::string_view in) {
    std::size_t at = 0;
    while (at < in.size()) {
      if (in[at] == '<') {
        at += tag(in.substr(at));
      } else if (in[at] == '&') {
        std::string meant;
        const std::size_t used = entity(in.substr(at), meant);
        word(used == 0 ? "&" : meant);
        at += used == 0 ? 1 : used;
      } else {
        const std::size_t end = kSpecial.first_in(in, at);
        words(in.substr(at, end - at));
        at = end;
      }
    }
    while (!open_.empty()) close(open_.size() - 1);
    std::ranges::sort(out_.ranges, {},
                      [](const record::TextRange& r) { return std::pair(r.start, r.length); });
    return std::move(out_);
  }

 private:
  struct Open {
    std::string tag, detail;
    std::uint64_t start;
    std::size_t start_byte;
  };

  void put(std::string_view text) {
    out_.text += text;
    units_ += utf16::length_of(text);
  }
  /// Text that is no white space: what was waited with comes first.
  void word(std::string_view text) {
    if (line_waits_ && !out_.text.empty()) put("\n");
    if (space_waits_ && !line_waits_ && !out_.text.empty() && out_.text.back() != '\n') put(" ");
    line_waits_ = space_waits_ = false;
    start_waiting();
    put(text);
  }
  void words(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
      const std::size_t start = i;
      while (i < text.size() && is_space(text[i])) ++i;
      if (i > start) {
        if (preformatted_ > 0)
          word(text.substr(start, i - start));
        else
          space_waits_ = true;
      }
      const std::size_t from = i;
      while (i < text.size() && !is_space(text[i])) ++i;
      if (i > from) word(text.substr(from, i - from));
    }
  }
  /// Elements begin at their first word.
  void start_waiting() {
    for (Open& open : open_) {
      if (open.start != kNotBegun) continue;
      open.start = units_;
      open.start_byte = out_.text.size();
    }
  }

  /// `in` begins with '<'; returns how much of it was read.
  std::size_t tag(std::string_view in) {
    if (in.starts_with("<!--")) {
      const std::size_t end = in.find("-->");
      return end == kNone ? in.size() : end + 3;
    }
    const bool closing = in.size() > 1 && in[1] == '/';
    if (!begins_name(in.substr(closing ? 2 : 1))) {
      word("<");
      return 1;
    }
    const std::size_t end = end_of_tag(in);
    std::string_view inside = in.substr(closing ? 2 : 1, end - (closing ? 2 : 1));
    const std::size_t name_end = std::min(inside.find_first_of(" \t\r\n/"), inside.size());
    const std::string name = lower(inside.substr(0, name_end));
    if (end == kNone) {
      word("<");
      return 1;
    }
    inside.remove_prefix(name_end);
    closing ? closed(name) : opened(name, inside);
    return end + 1;
  }

  /// The '>' outside quotes; the first one at all where that is far away.
  std::size_t end_of_tag(std::string_view in) {
    if (no_more_tags_) return kNone;
    const std::size_t first = in.find('>');
    no_more_tags_ = first == kNone;
    char quote = '\0';
    for (std::size_t i = 1; i < std::min(in.size(), kTagMax); ++i) {
      if (quote != '\0') {
        if (in[i] == quote) quote = '\0';
      } else if (in[i] == '"' || in[i] == '\'') {
        if (in[i - 1] == '=') quote = in[i];
      } else if (in[i] == '>') {
        return i;
      }
    }
    return first;
  }

  void opened(const std::string& name, std::string_view inside) {
    if (name == "br") {
      if (line_waits_ && !out_.text.empty()) put("\n");
      line_waits_ = true;
    } else if (name == "img") {
      if (const std::string source = attribute(inside, "src");
          !source.empty() && out_.images.size() < kImagesMax)
        out_.images.push_back(source);
      if (attribute(inside, "itemtype").ends_with("Emoji")) word(attribute(inside, "alt"));
    } else if (name == "emoji") {
      word(attribute(inside, "alt"));
    } else if (is_block(name) && !out_.text.empty()) {
      line_waits_ = true;
    }
    if (name == "pre" || name == "codeblock") ++preformatted_;
    if ((style_of(name).empty() && name != "a") || open_.size() >= kOpenMax) return;
    open_.push_back({name, attribute(inside, name == "a" ? "href" : "id"), kNotBegun, 0});
  }

  void closed(const std::string& name) {
    if ((name == "pre" || name == "codeblock") && preformatted_ > 0) --preformatted_;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i].tag != name) continue;
      close(i);
      break;
    }
    if (is_block(name) && !out_.text.empty()) line_waits_ = true;
  }

  void close(std::size_t index) {
    const Open open = open_[index];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    if (open.start == kNotBegun) return;
    if (open.tag == "a") {
      const std::string_view label = std::string_view(out_.text).substr(open.start_byte);
      if (!open.detail.empty() && label != open.detail) put(" (" + open.detail + ")");
      return;
    }
    out_.ranges.push_back({open.start, units_ - open.start, std::string(style_of(open.tag)),
                           open.tag == "at" ? open.detail : std::string()});
  }

  static constexpr std::uint64_t kNotBegun = ~std::uint64_t{0};
  Plain out_;
  std::uint64_t units_ = 0;
  std::vector<Open> open_;
  bool line_waits_ = false, space_waits_ = false;
  bool no_more_tags_ = false;
  int preformatted_ = 0;
};

}  // namespace

Plain plain_text(std::string_view html) { return Reader().read(html); }

}  // namespace strongroom::capture::teams
