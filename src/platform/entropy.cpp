#include "platform/entropy.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace strongroom::platform {
namespace {

void system_fill(MutableBytes out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    CHECK(n > 0 || errno == EINTR);
    if (n > 0) out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace

void SystemEntropy::fill(MutableBytes out) {
  if (out.size() > pool_.size()) return system_fill(out);
  if (out.size() > pool_.size() - used_) {
    system_fill(pool_.reveal_mutable());
    used_ = 0;
  }
  const MutableBytes piece = pool_.reveal_mutable().subspan(used_, out.size());
  std::ranges::copy(piece, out.begin());
  wipe(piece);
  used_ += out.size();
}

}  // namespace strongroom::platform
