#include "platform/clock.h"

#include <chrono>

namespace strongroom::platform {

std::uint64_t SystemClock::now_ms() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace strongroom::platform
