#include "platform/machine.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>

#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <memory>

#include "base/bytes.h"
#include "platform/clock.h"
#include "platform/descriptor.h"

namespace strongroom::platform {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

FileStatus::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileStatus::Kind::regular;
  if (S_ISDIR(mode)) return FileStatus::Kind::directory;
  return S_ISLNK(mode) ? FileStatus::Kind::link : FileStatus::Kind::other;
}

std::string trimmed_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  return text;
}

/// Without a name from the start, or as soon as it is made where the file system cannot do that.
Result<Descriptor> open_nameless(const std::string& directory) {
  Descriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  std::string path = directory + "/.doctor-XXXXXX";
  Descriptor named(::mkostemp(path.data(), O_CLOEXEC));
  if (!named.is_open()) return fail_errno("a file to measure with cannot be made", directory);
  if (::unlink(path.c_str()) != 0) return fail_errno("the measured file cannot be removed", path);
  return named;
}

}  // namespace

Result<FileStatus> status_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return fail_errno("this cannot be examined", path);
  return FileStatus{kind_of(status.st_mode), status.st_mode & 07777u, status.st_uid, status.st_mtim.tv_sec};
}

Result<std::string> real_path(const std::string& path) {
  std::array<char, PATH_MAX> out{};
  if (::realpath(path.c_str(), out.data()) == nullptr) return fail_errno("this path leads nowhere", path);
  return std::string(out.data());
}

Result<std::string> read_pseudo(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return fail_errno("the file cannot be opened", path);
  std::string out;
  std::array<char, 16384> piece{};
  while (out.size() < bytes_max) {
    const ssize_t n = retry_interrupted([&] { return ::read(file.get(), piece.data(), piece.size()); });
    if (n < 0) return fail_errno("the file cannot be read", path);
    if (n == 0) break;
    out.append(piece.data(), static_cast<std::size_t>(n));
  }
  out.resize(std::min(out.size(), bytes_max));
  return out;
}

Result<std::vector<Process>> processes() {
  const Directory directory(::opendir("/proc"));
  if (directory == nullptr) return fail_errno("processes cannot be seen", "/proc");
  std::vector<Process> out;
  while (const dirent* entry = ::readdir(directory.get())) {
    const auto id = number_in<std::uint32_t>(static_cast<const char*>(entry->d_name));
    if (!id) continue;
    const std::string place = "/proc/" + std::to_string(*id);
    const auto name = read_pseudo(place + "/comm", 64);
    const auto status = status_of(place + "/limits");
    if (name && status) out.push_back({*id, trimmed_line(*name), status->owner});
  }
  return out;
}

Result<std::vector<std::uint64_t>> sockets_of(std::uint32_t process) {
  const std::string place = "/proc/" + std::to_string(process) + "/fd";
  const Directory directory(::opendir(place.c_str()));
  if (directory == nullptr) return fail_errno("what this process has open cannot be seen", place);
  std::vector<std::uint64_t> out;
  while (const dirent* entry = ::readdir(directory.get())) {
    std::array<char, 64> target{};
    const std::string path = place + "/" + static_cast<const char*>(entry->d_name);
    const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
    const std::string_view text(target.data(), n < 0 ? 0 : static_cast<std::size_t>(n));
    if (!text.starts_with("socket:[") || !text.ends_with(']')) continue;
    if (const auto inode = number_in<std::uint64_t>(text.substr(8, text.size() - 9))) out.push_back(*inode);
  }
  return out;
}

Result<Space> space_of(const std::string& path) {
  struct statfs status{};
  if (::statfs(path.c_str(), &status) != 0) return fail_errno("the disk cannot be examined", path);
  const auto block = static_cast<std::uint64_t>(status.f_bsize);
  const bool in_memory = status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
  return Space{status.f_blocks * block, status.f_bavail * block, status.f_files, status.f_ffree, in_memory};
}

Result<std::string> device_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return fail_errno("this cannot be examined", path);
  return std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
}

Result<ClockKeeping> clock_keeping() {
  timex state{};
  const int told = ::adjtimex(&state);
  if (told < 0) return fail_errno("the kernel does not say whether the clock is kept", "adjtimex");
  return told == TIME_ERROR || (static_cast<unsigned>(state.status) & STA_UNSYNC) != 0
             ? ClockKeeping::not_kept
             : ClockKeeping::kept;
}

Result<SyncMeasure> measure_sync(const std::string& directory, std::uint32_t rounds) {
  const Descriptor file = TRY(open_nameless(directory));
  const Bytes block(4096, std::byte{0x5a});
  const Deadline by = Deadline::after(std::chrono::seconds(2));
  const auto begun = std::chrono::steady_clock::now();
  SyncMeasure out;
  while (out.rounds < rounds && !by.passed()) {
    if (::write(file.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size()))
      return fail_errno("the measured file cannot be written", directory);
    if (::fdatasync(file.get()) != 0)
      return fail_errno("the measured file cannot be made durable", directory);
    ++out.rounds;
  }
  const auto elapsed = std::chrono::steady_clock::now() - begun;
  out.elapsed_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
  return out;
}

}  // namespace strongroom::platform
