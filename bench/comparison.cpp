#include "comparison.h"

#include <ctime>
#include <memory>

namespace strongroom::bench {
namespace {

/// Rounds until it is steady; both sides in every round.
void measure(benchmark::State& state, const Comparison& comparison, const Pair& pair) {
  double ours_s = 0, limit_s = 0;
  for (auto _ : state) {
    const double begin = now_s(comparison.clock);
    pair.ours();
    const double middle = now_s(comparison.clock);
    pair.limit();
    const double end = now_s(comparison.clock);
    ours_s += middle - begin;
    limit_s += end - middle;
    state.SetIterationTime(middle - begin);
  }
  const double units = pair.units * static_cast<double>(state.iterations());
  report(state, units / ours_s, units / limit_s, comparison.goal, comparison.about);
}

}  // namespace

double now_s(Clock clock) {
  timespec now{};
  clock_gettime(clock == Clock::thread_cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void report(benchmark::State& state, double ours, double limit, const Goal& goal, const std::string& about) {
  state.counters["ours"] = ours;
  state.counters["limit"] = limit;
  state.counters["ratio"] = ours / limit;
  const auto put = [&](const char* name, const std::optional<double>& value) {
    if (value) state.counters[name] = *value;
  };
  put("goal_ratio_least", goal.ratio_least);
  put("goal_ours_least", goal.ours_least);
  put("goal_ours_most", goal.ours_most);
  const bool met = ours / limit >= goal.ratio_least.value_or(0) && ours >= goal.ours_least.value_or(0) &&
                   (!goal.ours_most || ours <= *goal.ours_most);
  state.counters["met"] = met ? 1 : 0;
  state.SetLabel(about);
}

void register_comparison(Comparison comparison, std::function<Pair()> prepare) {
  const std::string name = comparison.name;
  const auto pair = std::make_shared<std::optional<Pair>>();
  benchmark::RegisterBenchmark(
      name.c_str(),
      [comparison = std::move(comparison), prepare = std::move(prepare), pair](benchmark::State& state) {
        if (!*pair) *pair = prepare();
        measure(state, comparison, **pair);
      })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->MinTime(2.0);
}

}  // namespace strongroom::bench
