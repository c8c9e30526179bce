#include "platform/step_hook.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace strongroom::platform {

#ifdef STRONGROOM_KILL_POINTS
namespace {

/// Kills the process the `count`-th time that `step` is reached: no destructor, no flush, as a power failure
/// would.
class KillPoint final : public StepHook {
 public:
  KillPoint(std::string step, unsigned count) : step_(std::move(step)), left_(count) {}
  void reached(std::string_view step) override {
    if (step == step_ && left_.fetch_sub(1) == 1) static_cast<void>(std::raise(SIGKILL));
  }

 private:
  const std::string step_;
  std::atomic<unsigned> left_;
};

}  // namespace

std::unique_ptr<StepHook> make_step_hook() {
  const char* chosen = std::getenv("STRONGROOM_DIE_AT");
  if (chosen == nullptr || *chosen == '\0') return std::make_unique<NoStepHook>();
  const std::string_view text = chosen;
  const std::size_t colon = text.rfind(':');
  unsigned count = 1;
  if (colon != std::string_view::npos) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), count);
  }
  return std::make_unique<KillPoint>(std::string(text.substr(0, colon)), count);
}
#else
std::unique_ptr<StepHook> make_step_hook() { return std::make_unique<NoStepHook>(); }
#endif

}  // namespace strongroom::platform
