/// Files, as the rest of the program sees them: one interface, three kinds (the real one, one in memory, one
/// that fails on demand), so that every durable step can be made to fail in a test.
///
/// Paths are absolute or relative to the process's directory; names are bytes. All calls are thread-safe;
/// one `File` is used by one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::platform {

/// An open file for appending and positional reading.
class File {
 public:
  virtual ~File() = default;
  /// Appends all of `bytes` at the end (several write calls if need be). Not durable until `sync`.
  virtual Result<void> append(BytesView bytes) = 0;
  /// Reads exactly `out.size()` bytes at `offset`; `corrupt` if the file is shorter.
  virtual Result<void> read_at(std::uint64_t offset, MutableBytes out) = 0;
  virtual Result<std::uint64_t> size() = 0;
  /// fdatasync. After a failure the program must stop: what is on the disk is unknown (protocol §4.2).
  virtual Result<void> sync() = 0;
  /// Cuts the file to `size` bytes (recovery of a torn tail).
  virtual Result<void> truncate(std::uint64_t size) = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Opens for reading and appending; makes the file (mode 0600) if it is not there.
  virtual Result<std::unique_ptr<File>> open_append(const std::string& path) = 0;
  /// Opens for reading; `not_found` if it is not there.
  virtual Result<std::unique_ptr<File>> open_read(const std::string& path) = 0;
  /// The whole file; `limit_exceeded` above `bytes_max`.
  virtual Result<Bytes> read(const std::string& path, std::uint64_t bytes_max) = 0;
  /// Replaces `path` atomically and durably: temporary file beside it, write, fsync, rename, fsync of the
  /// directory. When it returns, the new content survives power loss; if it fails, the old content does.
  virtual Result<void> write_durable(const std::string& path, BytesView content) = 0;
  /// Writes a file that nothing depends on yet, without sync.
  virtual Result<void> write_loose(const std::string& path, BytesView content) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync_directory(const std::string& path) = 0;
  /// Makes the directory and its parents (mode 0700); no error if there.
  virtual Result<void> make_directories(const std::string& path) = 0;
  /// Names in the directory, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
};

/// The operating system's files.
std::unique_ptr<FileSystem> make_posix_file_system();

}  // namespace strongroom::platform
