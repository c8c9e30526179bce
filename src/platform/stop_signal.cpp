#include "platform/stop_signal.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>

#include "platform/clock.h"
#include "platform/descriptor.h"

namespace strongroom::platform {

Result<std::unique_ptr<StopSignal>> StopSignal::install() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0)
    return fail_errno("signals cannot be blocked", "sigprocmask");
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return fail_errno("signals cannot be received", "signalfd");
  return std::unique_ptr<StopSignal>(new StopSignal(descriptor));
}

StopSignal::~StopSignal() { ::close(descriptor_); }

bool StopSignal::requested() { return wait_for(std::chrono::milliseconds::zero()); }

void StopSignal::wait() {
  while (!wait_for(std::chrono::hours(1))) {}
}

bool StopSignal::wait_for(std::chrono::milliseconds at_most) {
  const Deadline deadline = Deadline::after(at_most);
  while (true) {
    pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(deadline.left().count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace strongroom::platform
