/// One message of a local socket that may carry a descriptor (unix(7), SCM_RIGHTS).
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstring>

#include "base/bytes.h"

namespace strongroom::platform {

/// For one sendmsg or recvmsg over `bytes`, which outlive it.
class DescriptorMessage {
 public:
  explicit DescriptorMessage(MutableBytes bytes) : part_{bytes.data(), bytes.size()} {
    header_.msg_iov = &part_;
    header_.msg_iovlen = 1;
  }
  DescriptorMessage(const DescriptorMessage&) = delete;
  DescriptorMessage& operator=(const DescriptorMessage&) = delete;

  /// The receiver gets its own descriptor of the same open file.
  void carry(int descriptor) {
    make_room();
    cmsghdr* carried = CMSG_FIRSTHDR(&header_);
    carried->cmsg_level = SOL_SOCKET;
    carried->cmsg_type = SCM_RIGHTS;
    carried->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(carried), &descriptor, sizeof descriptor);
  }
  /// Before recvmsg: there is room for one descriptor.
  void make_room() {
    header_.msg_control = control_.data();
    header_.msg_controllen = control_.size();
  }
  /// After recvmsg: the descriptor that came, now the caller's; -1 if none did.
  int carried() {
    const cmsghdr* carried = CMSG_FIRSTHDR(&header_);
    int descriptor = -1;
    if (carried != nullptr && carried->cmsg_level == SOL_SOCKET && carried->cmsg_type == SCM_RIGHTS)
      std::memcpy(&descriptor, CMSG_DATA(carried), sizeof descriptor);
    return descriptor;
  }
  msghdr* header() { return &header_; }

 private:
  iovec part_;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control_{};
  msghdr header_{};
};

}  // namespace strongroom::platform
