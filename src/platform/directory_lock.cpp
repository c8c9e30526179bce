#include "platform/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include "platform/descriptor.h"

namespace strongroom::platform {

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<DirectoryLock> acquire_directory_lock(const std::string& path) {
  const std::string name = path + "/lock";
  Descriptor file(retry_interrupted(
      [&] { return ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600); }));
  if (!file.is_open()) return fail_errno("the directory cannot be locked", name);
  if (retry_interrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) return fail_errno("the directory cannot be locked", name);
    return fail(ErrorCode::conflict, "another process is using this directory", path,
                "stop the other process, or choose another directory");
  }
  return DirectoryLock(file.release());
}

}  // namespace strongroom::platform
