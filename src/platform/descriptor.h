/// An owned file descriptor, and the sentence for an errno. For the implementation files of this room.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace strongroom::platform {

/// Closes on destruction; -1 is "none". Move-only.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

/// Repeats a system call for as long as a signal interrupts it.
template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// errno as an Error: `not_found` for ENOENT, otherwise `io`.
inline std::unexpected<Error> fail_errno(const std::string& what, const std::string& where) {
  const int number = errno;
  const std::string reason = std::generic_category().message(number);
  std::string hint;
  if (number == ENOSPC || number == EDQUOT) hint = "make room on this disk";
  if (number == EACCES || number == EPERM) hint = "check the owner and mode of the file and its directories";
  if (number == ELOOP) hint = "a symbolic link is not followed here; name the file itself";
  return fail(number == ENOENT ? ErrorCode::not_found : ErrorCode::io, what + ": " + reason, where,
              std::move(hint));
}

}  // namespace strongroom::platform
