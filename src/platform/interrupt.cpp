#include "platform/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <initializer_list>

namespace strongroom::platform {
namespace {

std::atomic<const char*> to_say = nullptr;
static_assert(std::atomic<const char*>::is_always_lock_free);  // or no handler may read it

void say_and_end(int signal) {
  const char* const said = to_say.load();
  static_cast<void>(!::write(STDERR_FILENO, said, std::strlen(said)));
  ::_exit(128 + signal);
}

}  // namespace

void on_interrupt_say(const char* said) {
  to_say = said;
  struct sigaction action{};
  action.sa_handler = say_and_end;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    // What runs in the background of a script ignores some of them, and goes on to.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      static_cast<void>(::sigaction(signal, &action, nullptr));
  }
}

}  // namespace strongroom::platform
