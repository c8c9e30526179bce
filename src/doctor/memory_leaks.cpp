#include "doctor/memory_leaks.h"

#include <algorithm>
#include <optional>

#include "doctor/answers.h"

namespace strongroom::doctor {
namespace {

/// What follows "Name:" in /proc/PID/status, without white space before it.
std::optional<std::string_view> field(std::string_view status, std::string_view name) {
  for (std::string_view line : lines_of(status)) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    line.remove_prefix(name.size() + 1);
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
    return line;
  }
  return std::nullopt;
}

/// Whether the soft limit of core files is 0.
std::optional<bool> forbids_cores(std::string_view limits) {
  constexpr std::string_view kName = "Max core file size";
  for (std::string_view line : lines_of(limits)) {
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(kName.size());
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) return std::nullopt;
    return line.substr(start).starts_with("0 ");
  }
  return std::nullopt;
}

}  // namespace

Findings judge_running_server(const RunningServer& server) {
  Findings out;
  const std::string where = shown(server.name, 16) + " (process " + std::to_string(server.id) + ")";
  const auto say = [&](Severity severity, std::string code, std::string what, std::string todo) {
    out.push_back({severity, std::move(code), where, std::move(what), std::move(todo)});
  };
  const auto forbids = forbids_cores(server.limits);
  const auto users = field(server.status, "Uid");
  const bool root = users && users->starts_with("0\t");
  const bool dumpable = users && !root && server.proc_owner != 0;
  if (!forbids || !users)
    say(Severity::unknown, "process-not-seen", "its limits cannot be read", "run this as root");
  else if (!*forbids || dumpable)
    say(Severity::critical, "core-dumps-on", "it may leave a core dump with its keys on the disk",
        "start it anew from the program as it was built; it forbids dumps itself when it starts");
  else
    say(Severity::ok, "core-dumps-off", "it leaves no core dump", {});
  if (root)
    say(Severity::advice, "runs-as-root", "it runs as root",
        "give it a user of its own that owns the data directory");
  const auto seccomp = field(server.status, "Seccomp");
  if (seccomp && *seccomp == "0")
    say(Severity::warning, "not-confined", "it runs without a system call filter",
        "see what it says is missing when it starts (docs/operating/server.md)");
  return out;
}

Findings judge_core_pattern(std::string_view core_pattern) {
  if (core_pattern.starts_with('|'))
    return {
        {Severity::advice, "core-dumps-collected", "this machine",
         "a program collects core dumps of everything that crashes; our programs forbid theirs themselves",
         "nothing, or: sysctl kernel.core_pattern=/dev/null"}};
  return {{Severity::ok, "core-pattern", "this machine", "no program collects core dumps", {}}};
}

std::vector<std::string> parse_swaps(std::string_view table) {
  std::vector<std::string> out;
  for (const std::string_view line : lines_of(table)) {
    if (!line.starts_with('/') || out.size() == 64) continue;
    out.emplace_back(line.substr(0, line.find_first_of(" \t")));
  }
  return out;
}

Findings judge_swaps(const std::vector<SwapArea>& areas) {
  if (areas.empty()) return {{Severity::ok, "no-swap", "this machine", "there is no swap", {}}};
  Findings out;
  for (const SwapArea& area : areas) {
    const std::string where = shown(area.name, 80);
    switch (area.on) {
      case SwapArea::On::memory:
        out.push_back({Severity::ok, "swap-in-memory", where, "this swap is compressed memory", {}});
        break;
      case SwapArea::On::encrypted:
        out.push_back({Severity::ok, "swap-encrypted", where, "this swap is encrypted", {}});
        break;
      case SwapArea::On::plain:
        out.push_back(
            {Severity::warning, "swap-unencrypted", where,
             "memory is swapped to a disk unencrypted; our keys are locked in memory, other pages are not",
             "swapoff " + where + " and take it out of /etc/fstab, or encrypt it (crypttab, option swap)"});
        break;
      case SwapArea::On::unknown:
        out.push_back({Severity::warning, "swap-unknown", where,
                       "whether this swap is encrypted cannot be seen", "find out, or: swapoff " + where});
        break;
    }
  }
  return out;
}

}  // namespace strongroom::doctor
