#include "verify/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "base/utf8.h"
#include "codec/json_text.h"
#include "verify/wording.h"

namespace strongroom::verify {

std::string_view name_of(Weight weight) {
  switch (weight) {
    case Weight::note: return "note";
    case Weight::warning: return "warning";
    case Weight::serious: return "serious";
  }
  return "unknown";
}

void Report::add(Weight weight, std::string code, const std::string& text) {
  // Names of files and texts of strangers stand in it.
  findings_.push_back({weight, std::move(code), utf8::one_line(text)});
}

void Report::fact(std::string name, const std::string& value) {
  facts_.emplace_back(std::move(name), utf8::one_line(value));
}

void Report::serious(std::string code, std::string_view place, const Error& error) {
  serious(std::move(code), error.where.empty() ? fmt::format("{}: {}", place, error.what)
                                               : fmt::format("{}: {} ({})", place, error.what, error.where));
}

std::size_t Report::count(Weight weight) const {
  return static_cast<std::size_t>(std::ranges::count(findings_, weight, &Finding::weight));
}

std::size_t Report::count(std::string_view code) const {
  return static_cast<std::size_t>(std::ranges::count(findings_, code, &Finding::code));
}

std::string report_text(std::string_view subject, const Report& report) {
  std::string out = report.holds() ? fmt::format("{} holds.\n", subject)
                                   : fmt::format("{} does NOT hold: {}.\n", subject,
                                                 counted(report.count(Weight::serious), "serious finding"));
  const auto list = [&](Weight weight, std::string_view title) {
    if (report.count(weight) == 0) return;
    out += fmt::format("\n{}\n", title);
    for (const Finding& f : report.findings()) {
      if (f.weight == weight) out += fmt::format("  [{}] {}\n", f.code, f.text);
    }
  };
  list(Weight::serious, "Serious");
  list(Weight::warning, "To be explained");
  list(Weight::note, "Notes");
  if (!report.facts().empty()) out += "\nWhat was looked at\n";
  for (const auto& [name, value] : report.facts()) out += fmt::format("  {:<28} {}\n", name, value);
  return out;
}

std::string report_json(const Report& report) {
  std::string findings, facts;
  for (const Finding& f : report.findings()) {
    if (!findings.empty()) findings += ",";
    findings += fmt::format(R"({{"weight":"{}","code":{},"text":{}}})", name_of(f.weight),
                            codec::json_string(f.code), codec::json_string(f.text));
  }
  for (const auto& [name, value] : report.facts()) {
    if (!facts.empty()) facts += ",";
    facts += codec::json_string(name) + ":" + codec::json_string(value);
  }
  return fmt::format(R"({{"holds":{},"serious":{},"warnings":{},"findings":[{}],"looked_at":{{{}}}}})",
                     report.holds(), report.count(Weight::serious), report.count(Weight::warning), findings,
                     facts) +
         "\n";
}

}  // namespace strongroom::verify
