/// The machine as `strongroom doctor` looks at it: read only, but for one measured file that nobody sees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace strongroom::platform {

/// A file as the kernel describes it, links not followed.
struct FileStatus {
  enum class Kind { regular, directory, link, other } kind = Kind::other;
  std::uint32_t mode = 0;  ///< permission bits, with set-id and sticky
  std::uint32_t owner = 0;
  std::int64_t changed_s = 0;  ///< content, seconds since 1970
};
Result<FileStatus> status_of(const std::string& path);
/// The path without links and "..": for looking at what is above it.
Result<std::string> real_path(const std::string& path);

/// A file of /proc or /sys, whose size is not known before; cut at `bytes_max`.
Result<std::string> read_pseudo(const std::string& path, std::size_t bytes_max);

/// A process that can be seen.
struct Process {
  std::uint32_t id = 0;
  std::string name;              ///< as the kernel cuts it: at most 15 letters
  std::uint32_t proc_owner = 0;  ///< of its files in /proc: root's where the process may not be dumped
};
Result<std::vector<Process>> processes();
/// The sockets a process holds, by inode; `io` where this user may not look.
Result<std::vector<std::uint64_t>> sockets_of(std::uint32_t process);

struct Space {
  std::uint64_t bytes = 0, bytes_free = 0;    ///< free for users other than root
  std::uint64_t inodes = 0, inodes_free = 0;  ///< 0 of 0 where the file system does not count them
  bool in_memory = false;                     ///< tmpfs or ramfs: gone with the power
};
Result<Space> space_of(const std::string& path);
/// "8:1" of the device that a file lies on; "0:x" where there is none of one's own.
Result<std::string> device_of(const std::string& path);

/// Whether something keeps the clock (adjtimex). `io` where the kernel does not say.
enum class ClockKeeping { kept, not_kept };
Result<ClockKeeping> clock_keeping();

struct SyncMeasure {
  std::uint32_t rounds = 0;
  std::uint64_t elapsed_us = 0;
};
/// Appends 4 KiB and calls fdatasync, `rounds` times or for two seconds, in a file without a name in this directory.
Result<SyncMeasure> measure_sync(const std::string& directory, std::uint32_t rounds);

}  // namespace strongroom::platform
