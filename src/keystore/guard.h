/// No process ever opens two keystores. `main` claims the guard and hands it to Keystore::create or open, which keeps
/// it; a second claim in the same process is refused, even after the keystore was closed.
#pragma once

#include <utility>

#include "base/error.h"

namespace strongroom::keystore {

/// The right to open one keystore. Move-only; empty after it was moved from.
class Guard {
 public:
  /// `refused` if this process has claimed before. Thread-safe.
  static Result<Guard> claim();

  Guard() = default;  ///< empty: opens nothing
  Guard(Guard&& other) noexcept : held_(std::exchange(other.held_, false)) {}
  Guard& operator=(Guard&& other) noexcept {
    held_ = std::exchange(other.held_, false);
    return *this;
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() = default;

  bool held() const { return held_; }

 private:
  friend class GuardForTests;
  bool held_ = false;
};

}  // namespace strongroom::keystore
