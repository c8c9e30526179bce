#include "capture/mail/html_text.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "capture/mail/header_text.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t npos = std::string_view::npos;

struct Entity {
  std::string_view name;
  char32_t code;
};
constexpr std::array kEntities{
    Entity{"amp", '&'},      Entity{"lt", '<'},       Entity{"gt", '>'},       Entity{"quot", '"'},
    Entity{"apos", '\''},    Entity{"nbsp", ' '},     Entity{"euro", 0x20AC},  Entity{"copy", 0xA9},
    Entity{"reg", 0xAE},     Entity{"ndash", 0x2013}, Entity{"mdash", 0x2014}, Entity{"hellip", 0x2026},
    Entity{"lsquo", 0x2018}, Entity{"rsquo", 0x2019}, Entity{"ldquo", 0x201C}, Entity{"rdquo", 0x201D},
    Entity{"bull", 0x2022},  Entity{"middot", 0xB7},  Entity{"laquo", 0xAB},   Entity{"raquo", 0xBB},
    Entity{"auml", 0xE4},    Entity{"ouml", 0xF6},    Entity{"uuml", 0xFC},    Entity{"szlig", 0xDF},
    Entity{"Auml", 0xC4},    Entity{"Ouml", 0xD6},    Entity{"Uuml", 0xDC},    Entity{"eacute", 0xE9},
    Entity{"egrave", 0xE8},  Entity{"agrave", 0xE0},  Entity{"ccedil", 0xE7},  Entity{"aacute", 0xE1},
    Entity{"iacute", 0xED},  Entity{"oacute", 0xF3},  Entity{"uacute", 0xFA},  Entity{"ntilde", 0xF1},
    Entity{"ecirc", 0xEA},   Entity{"acirc", 0xE2},   Entity{"ocirc", 0xF4},   Entity{"atilde", 0xE3},
    Entity{"otilde", 0xF5},  Entity{"oslash", 0xF8},  Entity{"aring", 0xE5},   Entity{"aelig", 0xE6},
    Entity{"pound", 0xA3},   Entity{"sect", 0xA7},    Entity{"deg", 0xB0},     Entity{"trade", 0x2122},
};
constexpr std::array<std::string_view, 20> kBlocks{"p",  "div", "br",         "tr",    "li",    "h1", "h2",
                                                   "h3", "h4",  "h5",         "h6",    "table", "ul", "ol",
                                                   "hr", "pre", "blockquote", "title", "dt",    "dd"};

/// The character of a reference without "&" and ";"; 0 if it is none.
char32_t referred(std::string_view name) {
  if (!name.starts_with('#')) {
    const auto known = std::ranges::find(kEntities, name, &Entity::name);
    return known == kEntities.end() ? 0 : known->code;
  }
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  for (const char c : name) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0 || code > 0x10FFFF) return 0;
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  if (name.empty() || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0;
  return code == 0xA0 ? U' ' : static_cast<char32_t>(code);
}

class Writer {
 public:
  void space() { space_ = true; }
  void line() { lines_ = std::min(lines_ + 1, 2); }
  void character(char c) {
    settle();
    out_.push_back(c);
  }
  void code_point(char32_t c) {
    if (c == U' ' || c == U'\n') return space();
    settle();
    utf8::append(out_, c);
  }
  std::string take() { return std::move(out_); }

 private:
  void settle() {
    if (lines_ > 0 && !out_.empty())
      out_.append(static_cast<std::size_t>(lines_), '\n');
    else if (space_ && !out_.empty())
      out_.push_back(' ');
    lines_ = 0;
    space_ = false;
  }
  std::string out_;
  int lines_ = 0;
  bool space_ = false;
};

/// After the tag or comment at `at`; npos if it never ends.
std::size_t after_markup(std::string_view html, std::size_t at) {
  if (html.substr(at, 4) == "<!--") {
    const std::size_t end = html.find("-->", at + 4);
    return end == npos ? npos : end + 3;
  }
  const std::size_t end = html.find('>', at);
  return end == npos ? npos : end + 1;
}

std::string tag_name(std::string_view tag) {
  std::size_t i = 1;
  if (i < tag.size() && tag[i] == '/') ++i;
  const std::size_t from = i;
  while (i < tag.size() && i - from < 20 && tag[i] != '>' && tag[i] != ' ' && tag[i] != '/' &&
         tag[i] != '\n' && tag[i] != '\t' && tag[i] != '\r')
    ++i;
  return lower(tag.substr(from, i - from));
}

/// Where the "</name" is that ends a script or style.
std::size_t end_of_raw(std::string_view html, std::size_t at, std::string_view name) {
  for (at = html.find("</", at); at != npos; at = html.find("</", at + 2)) {
    if (lower(html.substr(at + 2, name.size())) == name) return at;
  }
  return npos;
}

}  // namespace

std::string text_of_html(std::string_view html) {
  Writer out;
  std::size_t at = 0;
  while (at < html.size()) {
    const char c = html[at];
    const bool markup =
        c == '<' && at + 1 < html.size() &&
        (html[at + 1] == '/' || html[at + 1] == '!' || html[at + 1] == '?' ||
         (lower(html.substr(at + 1, 1))[0] >= 'a' && lower(html.substr(at + 1, 1))[0] <= 'z'));
    if (markup) {
      const std::size_t end = after_markup(html, at);
      if (end == npos) break;
      const std::string name = tag_name(html.substr(at, end - at));
      const bool opening = html[at + 1] != '/';
      if (std::ranges::find(kBlocks, std::string_view(name)) != kBlocks.end()) out.line();
      if (name == "td" || name == "th") out.space();
      at = end;
      if (opening && (name == "script" || name == "style")) {
        at = end_of_raw(html, end, name);
        if (at == npos) break;
      }
      continue;
    }
    if (c == '&') {
      const std::size_t end = html.substr(0, std::min(html.size(), at + 12)).find(';', at);
      const char32_t code = end == npos ? 0 : referred(html.substr(at + 1, end - at - 1));
      if (code != 0) {
        out.code_point(code);
        at = end + 1;
        continue;
      }
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
      out.space();
    else
      out.character(c);
    ++at;
  }
  return out.take();
}

}  // namespace strongroom::capture::mail
