#include "doctor/keeping.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace strongroom::doctor {
namespace {

constexpr std::uint32_t kOthersRead = 0044, kOthersWrite = 0022, kSticky = 01000;
constexpr std::uint64_t kGiB = 1ull << 30;

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string mode_text(std::uint32_t mode) { return fmt::format("{:04o}", mode); }

Findings judge_secret(const std::string& path, const platform::FileStatus& status,
                      std::optional<std::uint32_t> owner) {
  Findings out;
  if (status.kind != platform::FileStatus::Kind::regular)
    out.push_back({Severity::warning, "key-is-no-file", path,
                   "a key is expected here, and this is not a regular file",
                   "put the file itself here, not a link"});
  else if ((status.mode & 0077) != 0)
    out.push_back(
        {Severity::critical, "key-readable", path,
         "others than its owner may use this key (mode " + mode_text(status.mode) + ")",
         "chmod 600 " + path + "; if others use this machine, the key counts as known: emergencies.md"});
  else if (owner && status.owner != *owner)
    out.push_back({Severity::warning, "key-of-another", path,
                   "this key belongs to another user than its directory",
                   "chown it to the user that runs the program"});
  return out;
}

std::optional<int> digits(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string in_words(std::int64_t s) {
  if (s < 2 * 3600) return fmt::format("{} minutes", s / 60);
  return s < 2 * 86400 ? fmt::format("{} hours", s / 3600) : fmt::format("{} days", s / 86400);
}

}  // namespace

std::string_view name_of(DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::server: return "a server's data";
    case DirectoryKind::witness: return "a witness's data";
    case DirectoryKind::person: return "a person's home";
    case DirectoryKind::device: return "a device's state";
    case DirectoryKind::unknown: return "nothing of ours";
  }
  return "";
}

DirectoryKind recognise_directory(const std::vector<std::string>& names) {
  if (has(names, "keystore")) return DirectoryKind::person;
  if (has(names, "keys") && has(names, "origin")) return DirectoryKind::server;
  if (has(names, "key") && has(names, "name")) return DirectoryKind::witness;
  if (has(names, "keys") && has(names, "card")) return DirectoryKind::device;
  return DirectoryKind::unknown;
}

std::vector<std::string> key_files(DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::server: return {"keys/register", "keys/capture", "keys/tls"};
    case DirectoryKind::witness: return {"key"};
    case DirectoryKind::person: return {"keystore"};
    case DirectoryKind::device: return {"keys", "keys.next"};
    case DirectoryKind::unknown: break;
  }
  return {};
}

Findings judge_file(const std::string& path, FileRole role, const platform::FileStatus& status,
                    std::optional<std::uint32_t> owner) {
  if (status.kind == platform::FileStatus::Kind::link && role != FileRole::secret) return {};
  switch (role) {
    case FileRole::secret: return judge_secret(path, status, owner);
    case FileRole::data:
      if ((status.mode & kOthersWrite) != 0)
        return {{Severity::critical, "data-writable", path,
                 "others than its owner may change this (mode " + mode_text(status.mode) + ")",
                 "chmod go-w " + path + "; then run strongroom-verify archive"}};
      return {};
    case FileRole::own_directory:
      if ((status.mode & kOthersWrite) != 0)
        return {{Severity::critical, "directory-writable", path,
                 "others than its owner may put files here (mode " + mode_text(status.mode) + ")",
                 "chmod 700 " + path}};
      if ((status.mode & kOthersRead) != 0)
        return {{Severity::warning, "directory-open", path,
                 "others than its owner may look into it (mode " + mode_text(status.mode) + ")",
                 "chmod 700 " + path}};
      return {};
    case FileRole::directory_above:
      if ((status.mode & kOthersWrite) != 0 && (status.mode & kSticky) == 0)
        return {
            {Severity::critical, "directory-above-writable", path,
             "others may replace what lies in it, our directory too (mode " + mode_text(status.mode) + ")",
             "chmod go-w " + path}};
      return {};
  }
  return {};
}

Findings judge_space(const std::string& path, const platform::Space& space) {
  Findings out;
  if (space.in_memory)
    out.push_back({Severity::critical, "data-in-memory", path,
                   "this lies in memory and is gone with the power", "move it to a disk"});
  if (space.bytes == 0) return out;
  const std::uint64_t percent = space.bytes_free / std::max<std::uint64_t>(space.bytes / 100, 1);
  const std::string room =
      fmt::format("{:.1f} GiB ({} %) of the disk are free",
                  static_cast<double>(space.bytes_free) / static_cast<double>(kGiB), percent);
  const bool inodes_low =
      space.inodes > 0 && space.inodes_free / std::max<std::uint64_t>(space.inodes / 100, 1) < 5;
  if (space.bytes_free < kGiB || percent < 2)
    out.push_back({Severity::critical, "disk-full", path, room,
                   "make room; a server whose disk is full receives nothing"});
  else if (percent < 10)
    out.push_back({Severity::warning, "disk-low", path, room, "make room, or order a larger disk"});
  else
    out.push_back({Severity::ok, "disk", path, room, {}});
  if (inodes_low)
    out.push_back({Severity::warning, "inodes-low", path, "the file system can hold few more files",
                   "remove small files that are not ours, or make a new file system"});
  return out;
}

Findings judge_sync(const std::string& path, const platform::SyncMeasure& measured, Medium medium) {
  if (measured.rounds == 0) return {};
  const std::uint64_t rate = measured.rounds * 1'000'000ull / std::max<std::uint64_t>(measured.elapsed_us, 1);
  const std::string told = fmt::format("{} writes a second were called durable", rate);
  // A disk of 15,000 turns a minute passes its head 250 times a second.
  const std::uint64_t believable = medium == Medium::rotating ? 300 : 30'000;
  if (rate > believable)
    return {
        {Severity::advice, "sync-too-fast", path,
         told + ": more than " + (medium == Medium::rotating ? "a rotating disk" : "most disks") + " can do",
         "does a cache answer for the disk? With a battery it may; otherwise forbid it (hdparm -W0; the "
         "virtual "
         "machine's cache mode)"}};
  if (rate < 20)
    return {{Severity::warning, "sync-slow", path, told + ": devices will wait for their receipts",
             "find out what else writes to this disk, or use a faster one"}};
  return {{Severity::ok,
           "sync",
           path,
           told + "; that they were cannot be told from here, only by cutting the power",
           {}}};
}

std::optional<std::int64_t> backup_made_s(std::string_view manifest_start) {
  constexpr std::string_view kName = "\"made\": \"";
  const std::size_t at = manifest_start.find(kName);
  if (at == std::string_view::npos || manifest_start.size() - at < kName.size() + 21) return std::nullopt;
  const std::string_view time = manifest_start.substr(at + kName.size(), 20);  // 2026-11-22T16:00:00Z
  if (time[4] != '-' || time[7] != '-' || time[10] != 'T' || time[13] != ':' || time[16] != ':' ||
      time[19] != 'Z')
    return std::nullopt;
  const auto year = digits(time.substr(0, 4)), month = digits(time.substr(5, 2)),
             day = digits(time.substr(8, 2)), hour = digits(time.substr(11, 2)),
             minute = digits(time.substr(14, 2)), second = digits(time.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 || *second > 60)
    return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * 86400ll + *hour * 3600 + *minute * 60 +
         *second;
}

Findings judge_backup(const std::string& path, std::optional<std::int64_t> made_s, std::int64_t now_s,
                      std::int64_t age_max_s) {
  if (!made_s)
    return {{Severity::critical, "no-backup", path, "there is no backup here",
             "make one, and from now on by a timer (docs/operating/backup.md)"}};
  const std::int64_t age = now_s - *made_s;
  if (age < -3600)
    return {{Severity::warning, "backup-from-the-future", path,
             "the backup is younger than now: a clock is wrong",
             "look at the clocks of this machine and of the one that made it"}};
  std::string what = "the newest backup is " + in_words(std::max<std::int64_t>(age, 0)) + " old";
  if (age > 7 * age_max_s)
    return {{Severity::critical, "backup-old", path, std::move(what),
             "find out why none was made since, and make one now"}};
  if (age > age_max_s)
    return {{Severity::warning, "backup-old", path, std::move(what),
             "find out why none was made since, and make one now"}};
  return {{Severity::ok, "backup", path, std::move(what), {}}};
}

}  // namespace strongroom::doctor
