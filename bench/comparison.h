/// One figure: our work and its limit, measured in turns in one run, so that whatever slows the machine slows both
/// and the ratio means something anywhere.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <optional>
#include <string>

namespace strongroom::bench {

/// Processor time of this thread where the limit is the processor, the wall's where it is the disk or the network.
enum class Clock { thread_cpu, wall };

/// Seconds of a clock, from an arbitrary beginning.
double now_s(Clock clock);

/// What a figure must reach. Any of them; the verdict is of all that are given.
struct Goal {
  std::optional<double> ratio_least{};  ///< ours / limit
  std::optional<double> ours_least{};
  std::optional<double> ours_most{};
};

/// Puts counters ours, limit, ratio, goals and met (0 or 1) into the state; `about` says units and clock.
void report(benchmark::State& state, double ours, double limit, const Goal& goal, const std::string& about);

/// One call of each; `units` is how many of the figure's things one call does (both do the same number).
struct Pair {
  std::function<void()> ours, limit;
  double units = 1;
};

struct Comparison {
  std::string name;  ///< "seal/88"
  std::string about;  ///< "records/s, thread CPU"
  Clock clock = Clock::thread_cpu;
  Goal goal;
};

/// Registers it with Google Benchmark. `prepare` is called once, when and if the figure is measured.
void register_comparison(Comparison comparison, std::function<Pair()> prepare);

}  // namespace strongroom::bench
