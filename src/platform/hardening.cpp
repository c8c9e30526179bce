#include "platform/hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "platform/descriptor.h"

namespace strongroom::platform {

Result<void> harden_process() {
  if (::prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
    return fail_errno("core dumps cannot be forbidden", "prctl");
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail_errno("core dumps cannot be forbidden", "setrlimit");
  static_cast<void>(::umask(077));
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  if (::sigaction(SIGPIPE, &ignore, nullptr) != 0)
    return fail_errno("SIGPIPE cannot be ignored", "sigaction");
  return {};
}

}  // namespace strongroom::platform
