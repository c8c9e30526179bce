#include "capture/mail/count.h"

#include <cstring>
#include <string>
#include <string_view>

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kLineLookedAt = 1000;
constexpr std::size_t kHeaderLookedAt = 256u << 10;
constexpr int kMailsTried = 32;

/// A cursor over lines.
struct Text {
  std::string_view all;

  std::size_t next(std::size_t at) const {
    const void* end = at < all.size() ? std::memchr(all.data() + at, '\n', all.size() - at) : nullptr;
    return end == nullptr ? all.size()
                          : static_cast<std::size_t>(static_cast<const char*>(end) - all.data()) + 1;
  }
  std::string line(std::size_t at) const {
    std::string out(all.substr(at, next(at) - at));
    if (!out.empty() && out.back() == '\n') out.pop_back();
    if (!out.empty() && out.back() == '\r') out.pop_back();
    return out.substr(0, kLineLookedAt);
  }
  bool empty_line(std::size_t at, std::size_t end) const {
    const std::string_view line = all.substr(at, end - at);
    return line == "\n" || line == "\r\n";
  }
};

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string small(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Day-less: " Feb", "17:06", " 2008" somewhere.
bool dated(const std::string& line) {
  bool clock = false, year = false, month = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view here = std::string_view(line).substr(i);
    clock = clock || (here.size() >= 5 && digit(here[0]) && digit(here[1]) && here[2] == ':' &&
                      digit(here[3]) && digit(here[4]));
    year = year || (here.size() >= 5 && (here.starts_with(" 19") || here.starts_with(" 20")) &&
                    digit(here[3]) && digit(here[4]) && (here.size() == 5 || !digit(here[5])));
    if (here.size() >= 4 && here[0] == ' ')
      month =
          month ||
          std::string_view("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec").find(here.substr(1, 3)) % 4 ==
              0;
  }
  return clock && year && month;
}

/// The name before a colon, in small letters; empty if the line is no field.
std::string name_on(const std::string& line) {
  std::size_t i = 0;
  while (i < line.size() && i < 200 && static_cast<unsigned char>(line[i]) > 32 &&
         static_cast<unsigned char>(line[i]) < 127 && line[i] != ':')
    ++i;
  const std::size_t blank = line.find_first_not_of(" \t", i);
  return i > 0 && blank != std::string::npos && line[blank] == ':' ? small(line.substr(0, i)) : std::string();
}

bool mail_begins(const std::string& line) {
  if (line.compare(0, 6, ">From ") == 0) return true;
  const std::string name = "|" + name_on(line) + "|";
  if (name.compare(0, 3, "|x-") == 0) return true;
  return name.size() > 2 && std::string_view(
                                "|return-path|received|from|date|to|subject|message-id|mime-version|"
                                "delivered-to|reply-to|sender|"
                                "content-type|status|content-length|envelope-to|cc|")
                                    .find(name) != std::string_view::npos;
}

bool is_from_line(const Text& text, std::size_t at, bool after_empty) {
  if (text.all.substr(at, 5) != "From ") return false;
  const bool when = dated(text.line(at));
  const bool begins = mail_begins(text.line(text.next(at)));
  const std::string whole = text.line(at);
  const bool bare = whole == "From -" || whole == "From - ";
  if (after_empty) return when || begins || bare;
  return (when || bare) && begins;
}

/// The next From line after the one at `from`, or the end.
std::size_t next_from_line(const Text& text, std::size_t from) {
  bool empty_before = false;
  std::size_t at = text.next(from);
  while (at < text.all.size() && !(text.all[at] == 'F' && is_from_line(text, at, empty_before))) {
    const std::size_t after = text.next(at);
    empty_before = text.empty_line(at, after);
    at = after;
  }
  return at;
}

/// Where the mail with the From line at `from` ends if its Content-Length is to be believed; 0 if not.
std::size_t believed_end(const Text& text, std::size_t from) {
  const std::size_t start = text.next(from);
  const std::size_t stop = std::min(next_from_line(text, from), start + kHeaderLookedAt);
  const Text header{text.all.substr(0, stop)};
  std::size_t at = start, body = stop, length = std::string::npos;
  while (at < stop) {
    const std::size_t end = header.next(at);
    if (header.empty_line(at, end)) {
      body = end;
      break;
    }
    const std::string line = header.line(at);
    if (length == std::string::npos && name_on(line) == "content-length") {
      length = 0;
      std::size_t i = line.find_first_not_of(' ', line.find(':') + 1), digits = 0;
      for (; i < line.size() && digit(line[i]); ++i, ++digits)
        length = length * 10 + static_cast<std::size_t>(line[i] - '0');
      if (digits == 0 || digits > 15) return 0;
    }
    at = end;
  }
  if (length == std::string::npos || length > text.all.size() - body) return 0;
  std::size_t end = body + length;
  for (int n = 0; n < 2 && end < text.all.size() && (text.all[end] == '\n' || text.all[end] == '\r'); ++n)
    end = text.next(end);
  if (end == text.all.size()) return end;
  return text.all[end - 1] == '\n' && is_from_line(text, end, true) ? end : 0;
}

}  // namespace

std::uint64_t count_mbox(BytesView bytes) {
  const Text text{text_of(bytes)};
  std::size_t at = text.all.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  while (at < text.all.size() && (text.all[at] == '\r' || text.all[at] == '\n')) ++at;
  bool lengths = true;
  std::size_t tried = at;
  for (int n = 0; n < kMailsTried && tried < text.all.size() && lengths; ++n) {
    const std::size_t end = believed_end(text, tried);
    lengths = end != 0;
    tried = end;
  }
  std::uint64_t mails = 0;
  while (at < text.all.size()) {
    ++mails;
    const std::size_t end = lengths ? believed_end(text, at) : 0;
    at = end != 0 ? end : next_from_line(text, at);
  }
  return mails;
}

}  // namespace strongroom::capture::mail
