/// The pieces every device command needs, made once and handed over.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "agent/import.h"
#include "platform/clock.h"
#include "platform/entropy.h"
#include "platform/file_system.h"
#include "platform/step_hook.h"

namespace strongroom::agent {

/// One progress line on the terminal, at most ten times a second; silent elsewhere.
class ProgressLine {
 public:
  void operator()(std::string_view what, std::uint64_t done, std::uint64_t all) {
    if (isatty(STDERR_FILENO) == 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100) && done != all) return;
    last_ = now;
    const std::string of = all > 0 ? fmt::format(" of {}", all) : "";
    fmt::print(stderr, "\r\033[K  {} {}{}", what, done, of);
    if (all > 0 && done == all) fmt::print(stderr, "\r\033[K");
    (void)std::fflush(stderr);
  }

 private:
  std::chrono::steady_clock::time_point last_;
};

/// What was sealed for drills, if anything.
inline void print_canaries(const CanariesDue& canaries) {
  if (canaries.lots.size() == 1)
    fmt::print("Besides, a canary folder for the trustees' drills was sealed, in the lot of {}.\n",
               envelope::to_string(canaries.lots.front()));
  if (canaries.lots.size() > 1)
    fmt::print("Besides, {} canary folders for the trustees' drills were sealed, each in a lot of its own.\n",
               canaries.lots.size());
  for (const std::string& alarm : canaries.alarms) fmt::print("ALARM: {}\n", alarm);
}

/// What the server noted of entries it took.
inline void print_marks(const std::vector<std::string>& marks) {
  for (const std::string& mark : marks) fmt::print("  The server noted: {}\n", mark);
  if (std::ranges::count(marks, "equivocation") > 0)
    fmt::print(
        "ALARM: this directory and a copy of it have both sealed, each something else at the same place. "
        "Nothing "
        "is lost.\nFind the copy: whoever has it has this device's keys. See "
        "docs/operating/emergencies.md.\n");
}

struct Tools {
  std::unique_ptr<platform::FileSystem> files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  platform::SystemClock clock;
  std::unique_ptr<platform::StepHook> steps = platform::make_step_hook();
  ProgressLine line;

  ImportTools shared() {
    return {*files, entropy, clock, *steps,
            [this](auto what, auto done, auto all) { line(what, done, all); }};
  }
  int failed(const Error& error) {
    fmt::print(stderr, "strongroom-agent: {}\n", error.to_string());
    return 1;
  }
};

}  // namespace strongroom::agent
