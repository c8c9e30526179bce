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

Result<std::size_t> raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return fail_errno("the limit of open files cannot be read", {});
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return fail_errno("the limit of open files cannot be raised", {});
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace strongroom::platform
