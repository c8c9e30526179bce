#include "capture/mail/maildir.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::int64_t kLastSecond = 4'102'444'800;

/// ".Sent.2024" of Maildir++ is the folder Sent/2024.
std::string folder_named(std::string_view directory) {
  std::string out = utf8::repaired(directory);
  if (!out.starts_with('.') || out.size() < 2) return out;
  out.erase(0, 1);
  std::ranges::replace(out, '.', '/');
  return out;
}

}  // namespace

std::optional<MaildirPlace> maildir_place(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view name = path.substr(slash + 1);
  const std::string_view directories = path.substr(0, slash);
  const std::size_t above = directories.rfind('/');
  const std::string_view last = directories.substr(above + 1);
  if (last != "cur" && last != "new" && last != "tmp") return std::nullopt;
  MaildirPlace out;
  out.extra["container"] = "maildir";
  if (last != "cur") out.extra["maildir"] = std::string(last);
  if (above != std::string_view::npos) {
    const std::string_view parent = directories.substr(0, above);
    out.extra["folder"] = folder_named(parent.substr(parent.rfind('/') + 1));
  }
  const std::size_t info = name.find_last_of(":!;");
  if (info != std::string_view::npos && name.substr(info + 1).starts_with("2,"))
    out.extra["flags"] = utf8::repaired(name.substr(info + 3).substr(0, 64));
  std::int64_t seconds = 0;
  std::size_t digits = 0;
  while (digits < name.size() && digits < 12 && name[digits] >= '0' && name[digits] <= '9')
    seconds = seconds * 10 + (name[digits++] - '0');
  if (digits >= 9 && digits < name.size() && name[digits] == '.' && seconds < kLastSecond)
    out.delivered_ms = seconds * 1000;
  return out;
}

}  // namespace strongroom::capture::mail
