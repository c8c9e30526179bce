#include "figure_table.h"

#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <string>

#include "machine.h"

namespace strongroom::bench {
namespace {

/// "12.3 k", "4.56 M".
std::string short_number(double value) {
  const char* unit = "";
  for (const char* larger : {"k", "M", "G"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return fmt::format("{:.{}f} {}", value, value < 10 ? 2 : value < 100 ? 1 : 0, unit);
}

std::string goal_of(const benchmark::UserCounters& counters) {
  std::string out;
  const auto add = [&](const char* name, const char* text, bool is_ratio) {
    const auto found = counters.find(name);
    if (found == counters.end()) return;
    if (!out.empty()) out += ", ";
    out +=
        text + (is_ratio ? fmt::format("{:.2f}x", found->second.value) : short_number(found->second.value));
  };
  add("goal_ratio_least", ">= ", true);
  add("goal_ours_least", ">= ", false);
  add("goal_ours_most", "<= ", false);
  return out;
}

/// Why a benchmark broke off, if it did. The library's members for it changed their names with version 1.8.
template <class Run>
std::optional<std::string> failure_of(const Run& run) {
  if constexpr (requires { run.error_occurred; }) {
    if (run.error_occurred) return run.error_message;
  } else {
    if (run.skipped != decltype(run.skipped){}) return run.skip_message;
  }
  return std::nullopt;
}

double value_of(const benchmark::UserCounters& counters, const char* name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second.value;
}

}  // namespace

bool FigureTable::ReportContext(const Context&) {
  for (const auto& [name, value] : machine_facts()) fmt::print("{:<10} {}\n", name, value);
  fmt::print("\n{:<28} {:>10} {:>10} {:>7}   {:<18} {:<7} {}\n", "figure", "ours", "limit", "ratio", "goal",
             "", "of what");
  return true;
}

void FigureTable::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    // Of repetitions the median is shown too; deviations are in the JSON.
    const bool aggregate = run.run_type == Run::RT_Aggregate;
    if (aggregate && run.aggregate_name != "median") continue;
    const std::string name = run.run_name.function_name + (aggregate ? " (median)" : "");
    if (const auto failure = failure_of(run)) {
      fmt::print("{:<28} {}\n", name, *failure);
      ++missed_;
      continue;
    }
    const bool met = value_of(run.counters, "met") > 0;
    if (!met) ++missed_;
    fmt::print("{:<28} {:>10} {:>10} {:>7.2f}   {:<18} {:<7} {}\n", name,
               short_number(value_of(run.counters, "ours")), short_number(value_of(run.counters, "limit")),
               value_of(run.counters, "ratio"), goal_of(run.counters), met ? "met" : "MISSED",
               run.report_label);
  }
  std::fflush(stdout);
}

void FigureTable::Finalize() {
  fmt::print("\n{}\n",
             missed_ == 0 ? "Every goal is met." : fmt::format("{} figure(s) below the goal.", missed_));
}

}  // namespace strongroom::bench
