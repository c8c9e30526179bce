/// One thing the doctor saw: how bad, what, where, and what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strongroom::doctor {

/// In the order of a report's end to its beginning.
enum class Severity {
  ok,        ///< as it should be; nothing to do
  advice,    ///< worth knowing, or better otherwise; no alarm
  warning,   ///< to be mended soon
  unknown,   ///< could not be looked at, so it may be anything
  critical,  ///< somebody can take or lose data now
};
/// "ok", "advice", "warning", "could-not-look", "critical".
std::string_view name_of(Severity severity);

struct Finding {
  Severity severity = Severity::ok;
  std::string code;   ///< stable, for programs: "core-dumps-on"
  std::string where;  ///< host:port, file, or part of the machine
  std::string what;   ///< one sentence without a stop; nothing of anybody's content
  std::string todo;   ///< what to type or decide; empty if nothing
  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

/// Worst first, then by place and code; the same finding twice becomes one.
void put_in_order(Findings& findings);

/// One line a finding, with what to do: "CRITICAL  host:9200  elasticsearch-open: ... -> ...\n".
std::string to_text(const Findings& findings);
/// {"exit": 2, "findings": [{"severity": ..., "code": ..., "where": ..., "what": ..., "todo": ...}]}
std::string to_json(const Findings& findings);

/// For monitoring: 2 if anything is critical; else 3 if something could not be looked at; else 1 if there are
/// warnings; else 0.
int exit_status(const Findings& findings);

/// Foreign bytes as a few words for a report: printable ASCII, at most `letters_max`.
std::string shown(std::string_view foreign, std::size_t letters_max = 60);

}  // namespace strongroom::doctor
