/// Named steps of a durable procedure (protocol §4.2), at which a test can kill the process or fail.
#pragma once

#include <memory>
#include <string_view>

namespace strongroom::platform {

/// Handed in by `main`; called at the end of each named step. Implementations are thread-safe.
class StepHook {
 public:
  virtual ~StepHook() = default;
  virtual void reached(std::string_view step) = 0;
};

/// Does nothing.
class NoStepHook final : public StepHook {
 public:
  void reached(std::string_view) override {}
};

/// The hook of our programs. In builds with STRONGROOM_KILL_POINTS (every build type but Release) and with
/// STRONGROOM_DIE_AT=step[:count] in the environment, the process sends itself SIGKILL when it reaches that
/// step for the count-th time (default 1). Otherwise it does nothing.
std::unique_ptr<StepHook> make_step_hook();

}  // namespace strongroom::platform
