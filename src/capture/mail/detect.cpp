#include "capture/mail/detect.h"

#include <algorithm>
#include <array>

#include "capture/mail/fields.h"
#include "capture/mail/mbox.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kLookedAt = 64u << 10;
constexpr int kWeak = 30, kFair = 60, kSure = 85;

/// Fields that hardly anything but mail has, and fields that other texts have too.
constexpr std::array<std::string_view, 13> kTelling{"From",
                                                    "Received",
                                                    "Message-ID",
                                                    "MIME-Version",
                                                    "Return-Path",
                                                    "Delivered-To",
                                                    "In-Reply-To",
                                                    "References",
                                                    "Content-Transfer-Encoding",
                                                    "DKIM-Signature",
                                                    "X-Mailer",
                                                    "X-Mozilla-Status",
                                                    "X-MS-Journal-Report"};
constexpr std::array<std::string_view, 8> kUsual{"To",     "Cc",       "Subject",      "Date",
                                                 "Sender", "Reply-To", "Content-Type", "Content-Disposition"};

std::string_view beginning(const InputFile& file) {
  std::string_view text = text_of(file.bytes.first(std::min(file.bytes.size(), kLookedAt)));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

bool holds(const auto& names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view n) { return same_name(n, name); });
}

int sureness_of_eml(std::string_view text) {
  text.remove_prefix(blank_before(text));
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view first_line = text.substr(0, line_end);
  if (field_name_length(first_line) == 0 && !first_line.starts_with(">From ") &&
      !first_line.starts_with("From "))
    return 0;
  const Header header = read_header(text);
  int telling = 0, usual = 0;
  for (const std::string_view name : kTelling) telling += header.first(name) ? 1 : 0;
  for (const std::string_view name : kUsual) usual += header.first(name) ? 1 : 0;
  if (telling >= 2 || (telling == 1 && usual >= 1)) return header.odd_lines ? kFair : kSure;
  if (telling + usual >= 2) return kFair;
  return telling + usual == 1 && !header.odd_lines ? kWeak : 0;
}

}  // namespace

std::size_t blank_before(std::string_view text) {
  constexpr std::size_t kBlankMax = 64;
  const std::size_t end = text.substr(0, kBlankMax + 1).find_first_not_of("\r\n");
  return end == std::string_view::npos ? 0 : end;
}

int sureness(const InputFile& file) {
  const std::string_view text = beginning(file);
  if (begins_mbox(text)) return kSure;
  return sureness_of_eml(text);
}

FileKind kind_of(const InputFile& file) {
  const std::string_view text = beginning(file);
  if (begins_mbox(text)) return FileKind::mbox;
  return sureness_of_eml(text) > 0 ? FileKind::eml : FileKind::other;
}

}  // namespace strongroom::capture::mail
