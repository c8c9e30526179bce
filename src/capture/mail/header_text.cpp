#include "capture/mail/header_text.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "codec/text.h"

namespace strongroom::capture::mail {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Bytes of "=41" or "%41" sequences with `mark`; `underscore` stands for a space in encoded words.
std::string from_marked(std::string_view text, char mark, std::string_view underscore) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == mark && text.size() - i > 2 && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else if (text[i] == '_') {
      out += underscore;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// Tolerant: what is no digit of base64 is passed over, the end may be missing.
std::string from_loose_base64(std::string_view text) {
  std::string out;
  std::uint32_t gathered = 0;
  int bits = 0;
  for (const char c : text) {
    int v = -1;
    if (c >= 'A' && c <= 'Z') v = c - 'A';
    if (c >= 'a' && c <= 'z') v = c - 'a' + 26;
    if (c >= '0' && c <= '9') v = c - '0' + 52;
    if (c == '+') v = 62;
    if (c == '/') v = 63;
    if (v < 0) continue;
    gathered = (gathered << 6) | static_cast<std::uint32_t>(v);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>((gathered >> bits) & 0xff));
  }
  return out;
}

struct Word {
  std::string_view charset;
  std::string bytes;
  std::size_t end = 0;  ///< after "?="
};

/// The encoded word at `at` ("=?"), if it is one. `last_end`: of the last "?=" in the text, so that words without an
/// end do not have it looked for again and again.
std::optional<Word> word_at(std::string_view text, std::size_t at, std::size_t last_end) {
  const std::size_t charset = at + 2;
  const std::size_t encoding = text.find('?', charset);
  if (encoding == std::string_view::npos || encoding - charset > 70 || encoding + 2 >= text.size()) return {};
  if (text[encoding + 2] != '?') return {};
  const char how = text[encoding + 1];
  const std::size_t body = encoding + 3;
  if (std::string_view("qQbB").find(how) == std::string_view::npos || body > last_end) return {};
  const std::size_t end = text.find("?=", body);
  const std::string_view encoded = text.substr(body, end - body);
  Word word{text.substr(charset, encoding - charset), {}, end + 2};
  word.bytes = how == 'q' || how == 'Q' ? from_marked(encoded, '=', " ") : from_loose_base64(encoded);
  return word;
}

/// Calls `plain` for text between words and `words` for each run of neighbours of one charset.
template <class Plain, class Words>
void walk_words(std::string_view text, Plain plain, Words words) {
  const std::size_t last_end = text.rfind("?=");
  if (last_end == std::string_view::npos) return plain(text);
  std::size_t from = 0, at = 0;
  std::string charset, bytes;
  bool in_run = false;
  const auto end_run = [&] {
    if (in_run) words(std::string_view(charset), std::string_view(bytes));
    in_run = false;
    bytes.clear();
  };
  while ((at = text.find("=?", at)) != std::string_view::npos) {
    const auto word = word_at(text, at, last_end);
    if (!word) {
      at += 2;
      continue;
    }
    const std::string_view between = text.substr(from, at - from);
    const bool neighbour = in_run && std::ranges::all_of(between, is_space);
    const std::string name = lower(word->charset);
    if (!neighbour) {
      end_run();
      if (!between.empty()) plain(between);
    } else if (name != charset) {
      end_run();
    }
    in_run = true;
    charset = name;
    bytes += word->bytes;
    from = at = word->end;
  }
  end_run();
  if (from < text.size()) plain(text.substr(from));
}

bool needs_decoding(std::string_view text) {
  return text.find("=?") != std::string_view::npos ||
         std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string plain_text(std::string_view text, Charsets& charsets, std::string_view fallback) {
  if (utf8::is_valid(text)) return std::string(text);
  return charsets.to_utf8(text, fallback).text;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string unfolded(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : trimmed(raw)) {
    if (c == '\r' || c == '\n') continue;
    out.push_back(c == '\t' ? ' ' : c);
  }
  return out;
}

std::string decoded_text(std::string_view raw, Charsets& charsets, std::string_view fallback) {
  const std::string text = unfolded(raw);
  if (!needs_decoding(text)) return text;
  std::string out;
  walk_words(
      text, [&](std::string_view plain) { out += plain_text(plain, charsets, fallback); },
      [&](std::string_view charset, std::string_view bytes) {
        out += charsets.to_utf8(bytes, charset).text;
      });
  return out;
}

std::string with_utf8_words(std::string_view raw, Charsets& charsets, std::string_view fallback) {
  std::string text = unfolded(raw);
  if (!needs_decoding(text)) return text;
  std::string out;
  walk_words(
      text, [&](std::string_view plain) { out += plain_text(plain, charsets, fallback); },
      [&](std::string_view charset, std::string_view bytes) {
        out += "=?utf-8?B?" + codec::base64(bytes_of(charsets.to_utf8(bytes, charset).text)) + "?=";
      });
  return out;
}

std::vector<std::string> message_ids(std::string_view raw, std::size_t limit) {
  constexpr std::size_t kIdMax = 998;  // RFC 5322 §2.1.1
  std::vector<std::string> out;
  std::size_t at = 0;
  while (out.size() < limit && (at = raw.find('<', at)) != std::string_view::npos) {
    const std::size_t end = raw.find('>', at);
    if (end == std::string_view::npos) break;
    std::string id = utf8::repaired(unfolded(raw.substr(at + 1, std::min(end - at - 1, kIdMax))));
    if (!id.empty()) out.push_back(std::move(id));
    at = end + 1;
  }
  return out;
}

}  // namespace strongroom::capture::mail
