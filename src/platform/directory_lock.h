/// One process at a time in a data directory: an exclusive flock(2) on the file "lock" in it. The kernel lets
/// go when the process ends, however it ends.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace strongroom::platform {

/// Held as long as the object lives. Move-only.
class DirectoryLock {
 public:
  DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~DirectoryLock();

 private:
  friend Result<DirectoryLock> acquire_directory_lock(const std::string& path);
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// `path` is an existing directory. `conflict` if another process (or another lock in this one) has it; never
/// waits.
Result<DirectoryLock> acquire_directory_lock(const std::string& path);

}  // namespace strongroom::platform
