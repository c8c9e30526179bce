#include "keystore/guard.h"

#include <atomic>

namespace strongroom::keystore {

Result<Guard> Guard::claim() {
  // The one fact about the whole process that this room has to remember.
  static std::atomic_flag claimed = ATOMIC_FLAG_INIT;
  if (claimed.test_and_set())
    return fail(ErrorCode::refused, "this process has opened a keystore already", {},
                "start the program once for each person");
  Guard guard;
  guard.held_ = true;
  return guard;
}

}  // namespace strongroom::keystore
