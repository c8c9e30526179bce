#include "doctor/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/utf8.h"
#include "codec/json_text.h"

namespace strongroom::doctor {
namespace {

std::string_view label_of(Severity severity) {
  switch (severity) {
    case Severity::ok: return "ok";
    case Severity::advice: return "ADVICE";
    case Severity::warning: return "WARNING";
    case Severity::unknown: return "NOT SEEN";
    case Severity::critical: return "CRITICAL";
  }
  return "";
}

bool any(const Findings& findings, Severity severity) {
  return std::ranges::any_of(findings, [&](const Finding& finding) { return finding.severity == severity; });
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::ok: return "ok";
    case Severity::advice: return "advice";
    case Severity::warning: return "warning";
    case Severity::unknown: return "could-not-look";
    case Severity::critical: return "critical";
  }
  return "";
}

void put_in_order(Findings& findings) {
  std::ranges::sort(findings, [](const Finding& a, const Finding& b) {
    return std::tie(b.severity, a.where, a.code, a.what) < std::tie(a.severity, b.where, b.code, b.what);
  });
  const auto same = [](const Finding& a, const Finding& b) {
    return a.severity == b.severity && a.where == b.where && a.code == b.code && a.what == b.what;
  };
  findings.erase(std::ranges::unique(findings, same).begin(), findings.end());
}

std::string to_text(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    // Names of files and texts of strangers stand in it.
    std::string line = finding.where + "  " + finding.code + ": " + finding.what;
    if (!finding.todo.empty()) line += " -> " + finding.todo;
    out += fmt::format("{:<9} {}\n", label_of(finding.severity), utf8::one_line(line));
  }
  return out;
}

std::string to_json(const Findings& findings) {
  std::string list;
  for (const Finding& finding : findings)
    list += fmt::format("{}{{\"severity\": \"{}\", \"code\": {}, \"where\": {}, \"what\": {}, \"todo\": {}}}",
                        list.empty() ? "" : ", ", name_of(finding.severity), codec::json_string(finding.code),
                        codec::json_string(finding.where), codec::json_string(finding.what),
                        codec::json_string(finding.todo));
  return fmt::format("{{\"exit\": {}, \"findings\": [{}]}}", exit_status(findings), list);
}

int exit_status(const Findings& findings) {
  if (any(findings, Severity::critical)) return 2;
  if (any(findings, Severity::unknown)) return 3;
  return any(findings, Severity::warning) ? 1 : 0;
}

std::string shown(std::string_view foreign, std::size_t letters_max) {
  std::string out;
  for (const char letter : foreign) {
    if (letter == '\r' || letter == '\n' || out.size() == letters_max) break;
    out += letter >= ' ' && letter <= '~' ? letter : '?';
  }
  return out;
}

}  // namespace strongroom::doctor
