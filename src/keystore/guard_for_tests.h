/// Guards without number, for tests that play several people in one process. Test code only; a program that includes
/// this could make two trustees one.
#pragma once

#include "keystore/guard.h"

namespace strongroom::keystore {

class GuardForTests {
 public:
  static Guard make() {
    Guard guard;
    guard.held_ = true;
    return guard;
  }
};

}  // namespace strongroom::keystore
