#include "capture/telegram/markup.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_void(std::string_view name) {
  return name == "br" || name == "img" || name == "meta" || name == "link" || name == "input" ||
         name == "hr" || name.starts_with('!');
}

constexpr std::size_t kTagMax = 64u << 10;

std::string_view written_value(std::string_view attributes, std::string_view name) {
  std::size_t at = 0;
  while (at < attributes.size()) {
    at = attributes.find_first_not_of(kSpace, at);
    if (at == std::string_view::npos) return {};
    const std::size_t equals = attributes.find('=', at);
    if (equals == std::string_view::npos) return {};
    std::string_view found = attributes.substr(at, equals - at);
    while (!found.empty() && kSpace.contains(found.back())) found.remove_suffix(1);
    const std::size_t open = attributes.find('"', equals);
    if (open == std::string_view::npos) return {};
    const std::size_t close = attributes.find('"', open + 1);
    if (close == std::string_view::npos) return {};
    if (found == name) return attributes.substr(open + 1, close - open - 1);
    at = close + 1;
  }
  return {};
}

/// What the entity between "&" and ";" stands for; false if nobody knows.
bool append_entity(std::string& to, std::string_view entity) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNamed{{{"lt", "<"},
                                                                                 {"gt", ">"},
                                                                                 {"amp", "&"},
                                                                                 {"quot", "\""},
                                                                                 {"apos", "'"},
                                                                                 {"nbsp", " "},
                                                                                 {"laquo", "\u00AB"},
                                                                                 {"raquo", "\u00BB"},
                                                                                 {"ndash", "\u2013"}}};
  for (const auto& [name, text] : kNamed) {
    if (entity != name) continue;
    to += text;
    return true;
  }
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hexadecimal = entity.starts_with('x');
  if (hexadecimal) entity.remove_prefix(1);
  std::uint32_t point = 0;
  const auto [end, failed] =
      std::from_chars(entity.data(), entity.data() + entity.size(), point, hexadecimal ? 16 : 10);
  if (failed != std::errc() || end != entity.data() + entity.size()) return false;
  if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  utf8::append(to, static_cast<char32_t>(point));
  return true;
}

}  // namespace

/// The ">" outside quotes that ends the tag at `at_`: the first behind it with as many quotes before it, even or odd.
/// npos if there is none, or far away.
std::size_t Markup::end_of_tag() {
  const auto step = [&](Search& search) {
    if (text_[search.at] == '"') search.odd = !search.odd;
    ++search.at;
  };
  while (here_.at < at_) step(here_);
  Search& end = ends_[here_.odd ? 1 : 0];
  while (end.at < text_.size() && (end.at < at_ || end.odd != here_.odd || text_[end.at] != '>')) step(end);
  return end.at < text_.size() && end.at - at_ < kTagMax ? end.at : std::string_view::npos;
}

std::optional<Token> Markup::next() {
  if (at_ >= text_.size()) return std::nullopt;
  Token token;
  std::size_t end = std::string_view::npos;
  if (text_[at_] == '<') end = end_of_tag();
  if (end == std::string_view::npos) {
    const std::size_t stop = std::min(text_.find('<', at_ + 1), text_.size());
    token.text = text_.substr(at_, stop - at_);
    at_ = stop;
    return token;
  }
  std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  token.kind = inside.starts_with('/') ? Token::Kind::close : Token::Kind::open;
  if (token.kind == Token::Kind::close) inside.remove_prefix(1);
  token.empty = inside.ends_with('/');
  if (token.empty) inside.remove_suffix(1);
  token.name = inside.substr(0, inside.find_first_of(kSpace));
  token.attributes = inside.substr(token.name.size());
  token.empty = token.empty || is_void(token.name);
  return token;
}

std::string without_entities(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t amp = std::min(text.find('&', at), text.size());
    out += text.substr(at, amp - at);
    at = amp;
    if (at == text.size()) break;
    const std::size_t end = text.substr(at, 12).find(';');
    if (end != std::string_view::npos && append_entity(out, text.substr(at + 1, end - 1))) {
      at += end + 1;
    } else {
      out += text[at++];
    }
  }
  return utf8::is_valid(out) ? out : utf8::repaired(out);
}

std::string attribute(const Token& tag, std::string_view name) {
  return without_entities(written_value(tag.attributes, name));
}

bool has_class(const Token& tag, std::string_view word) {
  std::string_view classes = written_value(tag.attributes, "class");
  while (!classes.empty()) {
    const std::size_t end = std::min(classes.find_first_of(kSpace), classes.size());
    if (classes.substr(0, end) == word) return true;
    classes.remove_prefix(std::min(end + 1, classes.size()));
  }
  return false;
}

}  // namespace strongroom::capture::telegram
