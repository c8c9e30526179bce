#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "platform/descriptor.h"
#include "platform/file_system.h"

namespace strongroom::platform {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> write_all(int descriptor, BytesView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = retry_interrupted([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    if (n < 0) return fail_errno("the file cannot be written", path);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> read_exactly(int descriptor, std::uint64_t offset, MutableBytes out, const std::string& path) {
  while (!out.empty()) {
    const ssize_t n = retry_interrupted(
        [&] { return ::pread(descriptor, out.data(), out.size(), static_cast<off_t>(offset)); });
    if (n < 0) return fail_errno("the file cannot be read", path);
    if (n == 0) return fail(ErrorCode::corrupt, "the file is shorter than it should be", path);
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

Result<std::uint64_t> size_of(int descriptor, const std::string& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return fail_errno("the size cannot be read", path);
  return static_cast<std::uint64_t>(status.st_size);
}

/// Only regular files: a pipe or device in the place of a file could block or never end.
Result<Descriptor> open_regular(const std::string& path, int flags) {
  Descriptor file(
      retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, kFileMode); }));
  if (!file.is_open()) return fail_errno("the file cannot be opened", path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("the file cannot be examined", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::io, "this is not a regular file", path);
  return file;
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<void> append(BytesView bytes) override { return write_all(descriptor_.get(), bytes, path_); }
  Result<void> read_at(std::uint64_t offset, MutableBytes out) override {
    return read_exactly(descriptor_.get(), offset, out, path_);
  }
  Result<std::uint64_t> size() override { return size_of(descriptor_.get(), path_); }
  Result<void> sync() override {
    if (retry_interrupted([&] { return ::fdatasync(descriptor_.get()); }) != 0) {
      return fail_errno("the file cannot be made durable", path_);
    }
    return {};
  }
  Result<void> truncate(std::uint64_t size) override {
    if (retry_interrupted([&] { return ::ftruncate(descriptor_.get(), static_cast<off_t>(size)); }) != 0) {
      return fail_errno("the file cannot be cut", path_);
    }
    return {};
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open_append(const std::string& path) override {
    return std::make_unique<PosixFile>(TRY(open_regular(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW)),
                                       path);
  }
  Result<std::unique_ptr<File>> open_read(const std::string& path) override {
    return std::make_unique<PosixFile>(TRY(open_regular(path, O_RDONLY)), path);
  }
  Result<Bytes> read(const std::string& path, std::uint64_t bytes_max) override;
  Result<void> write_durable(const std::string& path, BytesView content) override;
  Result<void> write_loose(const std::string& path, BytesView content) override {
    const Descriptor file = TRY(open_regular(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW));
    return write_all(file.get(), content, path);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return fail_errno("the file cannot be renamed", from + " to " + to);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return fail_errno("the file cannot be removed", path);
    return {};
  }
  Result<void> sync_directory(const std::string& path) override;
  Result<void> make_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<bool> exists(const std::string& path) override {
    struct stat status{};
    if (::lstat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return fail_errno("the file cannot be examined", path);
  }
};

Result<Bytes> PosixFileSystem::read(const std::string& path, std::uint64_t bytes_max) {
  const Descriptor file = TRY(open_regular(path, O_RDONLY));
  const std::uint64_t size = TRY(size_of(file.get(), path));
  if (size > bytes_max) return fail(ErrorCode::limit_exceeded, "the file is larger than it may be", path);
  Bytes content(static_cast<std::size_t>(size));
  TRY(read_exactly(file.get(), 0, content, path));
  return content;
}

// The one place that may say "durable". The temporary name is fixed, so that a crash leaves at most one such
// file and the next write takes it over.
Result<void> PosixFileSystem::write_durable(const std::string& path, BytesView content) {
  const std::string temporary = path + ".new";
  {
    const Descriptor file = TRY(open_regular(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW));
    TRY(write_all(file.get(), content, temporary));
    if (retry_interrupted([&] { return ::fsync(file.get()); }) != 0) {
      return fail_errno("the file cannot be made durable", temporary);
    }
  }
  TRY(rename(temporary, path));
  return sync_directory(directory_of(path));
}

Result<void> PosixFileSystem::sync_directory(const std::string& path) {
  const Descriptor directory(
      retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory.is_open()) return fail_errno("the directory cannot be opened", path);
  if (retry_interrupted([&] { return ::fsync(directory.get()); }) != 0) {
    return fail_errno("the directory cannot be made durable", path);
  }
  return {};
}

Result<void> PosixFileSystem::make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1); !path.empty(); end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), kDirectoryMode) == 0) {
      TRY(sync_directory(directory_of(part)));
    } else if (errno != EEXIST) {
      return fail_errno("the directory cannot be made", part);
    }
    if (end == std::string::npos) break;
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return fail_errno("the directory cannot be made", path);
  if (!S_ISDIR(status.st_mode)) return fail(ErrorCode::io, "this is a file, not a directory", path);
  return {};
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()),
                                                      [](DIR* d) { return ::closedir(d); });
  if (directory == nullptr) return fail_errno("the directory cannot be listed", path);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) return fail_errno("the directory cannot be listed", path);
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::unique_ptr<FileSystem> make_posix_file_system() { return std::make_unique<PosixFileSystem>(); }

}  // namespace strongroom::platform
