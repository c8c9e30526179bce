/// SIGTERM and SIGINT as something a program can wait for (signalfd), instead of something that interrupts
/// it.
#pragma once

#include <chrono>
#include <memory>

#include "base/error.h"

namespace strongroom::platform {

/// Make one in `main` before any thread starts: the signals are blocked for this thread and all made by it
/// afterwards (and for child processes until they unblock them: WorkerProcess does). Thread-safe after that.
class StopSignal {
 public:
  static Result<std::unique_ptr<StopSignal>> install();
  ~StopSignal();

  /// True once a signal has come; it stays true.
  bool requested();
  /// Returns when a signal comes.
  void wait();
  /// Returns `requested()`, at once or after `at_most`.
  bool wait_for(std::chrono::milliseconds at_most);

 private:
  explicit StopSignal(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  ///< a read would consume the signal, so it is only polled
};

}  // namespace strongroom::platform
