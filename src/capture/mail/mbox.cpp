#include "capture/mail/mbox.h"

#include <algorithm>
#include <array>

#include "capture/mail/fields.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t kPostmarkMax = 1000;
constexpr std::size_t kHeaderLookedAt = 256u << 10;
constexpr unsigned kMailsTried = 32;
constexpr std::string_view kFrom = "From ";

constexpr std::array<std::string_view, 12> kMonths{" Jan", " Feb", " Mar", " Apr", " May", " Jun",
                                                   " Jul", " Aug", " Sep", " Oct", " Nov", " Dec"};
/// Fields a mail begins with.
constexpr std::array<std::string_view, 16> kFirstFields{
    "Return-Path", "Received",       "From",         "Date",     "To",     "Subject",
    "Message-ID",  "MIME-Version",   "Delivered-To", "Reply-To", "Sender", "Content-Type",
    "Status",      "Content-Length", "Envelope-To",  "Cc"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t after_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == npos ? text.size() : end + 1;
}

/// A time ("17:06"), a year and a month, as in "ana@example.org Fri Feb 22 17:06:23 2008".
bool says_when(std::string_view line) {
  bool time = false, year = false;
  for (std::size_t i = 0; i + 4 < line.size() && !time; ++i)
    time = is_digit(line[i]) && is_digit(line[i + 1]) && line[i + 2] == ':' && is_digit(line[i + 3]) &&
           is_digit(line[i + 4]);
  for (std::size_t i = 1; i + 3 < line.size() && !year; ++i)
    year = line[i - 1] == ' ' && (line.substr(i, 2) == "19" || line.substr(i, 2) == "20") &&
           is_digit(line[i + 2]) && is_digit(line[i + 3]) && (i + 4 == line.size() || !is_digit(line[i + 4]));
  return time && year &&
         std::ranges::any_of(kMonths, [&](std::string_view m) { return line.find(m) != npos; });
}

bool is_first_field(std::string_view line) {
  if (line.starts_with(">From ")) return true;
  const std::string_view name = line.substr(0, field_name_length(line));
  if (name.starts_with("X-") || name.starts_with("x-")) return true;
  return std::ranges::any_of(kFirstFields, [&](std::string_view f) { return same_name(f, name); });
}

enum class Before { empty_line, text };

/// The line at `at`, which begins with "From ", lies between two mails.
bool separates(std::string_view text, std::size_t at, Before before) {
  const std::string_view line = line_at(text, at).substr(0, kPostmarkMax);
  const bool when = says_when(line);
  const bool header = is_first_field(line_at(text, after_line(text, at)).substr(0, kPostmarkMax));
  const bool mozilla = line == "From -" || line == "From - ";
  return before == Before::empty_line ? when || header || mozilla : (when || mozilla) && header;
}

Before before(std::string_view text, std::size_t at) {
  if (at == 0) return Before::empty_line;
  std::string_view head = text.substr(0, at - 1);
  if (head.ends_with('\r')) head.remove_suffix(1);
  return head.empty() || head.back() == '\n' ? Before::empty_line : Before::text;
}

std::size_t start_of(std::string_view text) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

std::string_view without_last_empty_line(std::string_view raw) {
  if (raw.ends_with("\r\n\r\n")) return raw.substr(0, raw.size() - 2);
  if (raw.ends_with("\n\n")) return raw.substr(0, raw.size() - 1);
  return raw == "\n" || raw == "\r\n" ? std::string_view() : raw;
}

}  // namespace

bool begins_mbox(std::string_view text) {
  const std::size_t at = start_of(text.substr(0, 64));
  if (!text.substr(at).starts_with("From ")) return false;
  if (separates(text, at, Before::empty_line)) return true;
  const std::string_view line = line_at(text, at);
  return line.size() < kPostmarkMax && field_name_length(line_at(text, after_line(text, at))) > 0;
}

MboxMails::MboxMails(std::string_view text) : text_(text), at_(start_of(text)) {
  believes_lengths_ = lengths_hold();
}

/// Where the mail at `offset` ends by the length its header states, if a "From " line or the end of the file follows;
/// else npos. The header ends before the next "From " line.
std::size_t MboxMails::stated_end(std::size_t offset, std::size_t plain_end) const {
  const Header header = read_header(text_.substr(offset, std::min(kHeaderLookedAt, plain_end - offset)));
  const std::size_t body = offset + header.body;
  const auto stated = header.first("Content-Length");
  if (!stated) return npos;
  std::size_t length = 0, digits = 0;
  for (const char c : *stated) {
    if (c == ' ' && digits == 0) continue;
    if (!is_digit(c)) break;
    length = length * 10 + static_cast<std::size_t>(c - '0');
    if (++digits > 15) return npos;
  }
  if (digits == 0 || length > text_.size() - body) return npos;
  std::size_t end = body + length;
  for (int lines = 0; lines < 2 && end < text_.size() && (text_[end] == '\n' || text_[end] == '\r'); ++lines)
    end = after_line(text_, end);
  if (end == text_.size()) return end;
  return text_.substr(end).starts_with(kFrom) && text_[end - 1] == '\n' &&
                 separates(text_, end, Before::empty_line)
             ? end
             : npos;
}

std::size_t MboxMails::next_from_line(std::size_t at) const {
  if (at < text_.size() && text_.substr(at).starts_with(kFrom) && separates(text_, at, before(text_, at)))
    return at;
  for (at = text_.find("\nFrom ", at); at != npos; at = text_.find("\nFrom ", at + 1)) {
    if (separates(text_, at + 1, before(text_, at + 1))) return at + 1;
  }
  return text_.size();
}

bool MboxMails::lengths_hold() const {
  std::size_t at = at_;
  for (unsigned n = 0; n < kMailsTried && at < text_.size(); ++n) {
    const std::size_t offset = after_line(text_, at);
    const std::size_t end = stated_end(offset, next_from_line(offset));
    if (end == npos) return false;
    at = end;
  }
  return true;
}

std::optional<MboxMail> MboxMails::next() {
  if (at_ >= text_.size()) return std::nullopt;
  MboxMail mail;
  mail.begin = at_;
  mail.postmark = line_at(text_, at_).substr(0, kPostmarkMax);
  mail.postmark.remove_prefix(std::min(kFrom.size(), mail.postmark.size()));
  mail.offset = after_line(text_, at_);
  const std::size_t plain_end = next_from_line(mail.offset);
  std::size_t end = believes_lengths_ ? stated_end(mail.offset, plain_end) : npos;
  mail.spans_from_lines = end != npos && plain_end < end;
  if (end == npos) end = plain_end;
  mail.raw = without_last_empty_line(text_.substr(mail.offset, end - mail.offset));
  at_ = end;
  return mail;
}

}  // namespace strongroom::capture::mail
