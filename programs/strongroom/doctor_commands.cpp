// doctor: what is wrong with a deployment, and what to do. Here is reporting; the looking is in doctor_*_command.cpp.
#include "doctor_commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"

namespace strongroom::person {

ExitStatus report(doctor::Findings findings, Form form) {
  doctor::put_in_order(findings);
  const ExitStatus status = doctor::exit_status(findings);
  if (form == Form::json) {
    fmt::print("{}\n", doctor::to_json(findings));
    return status;
  }
  const auto count = [&](doctor::Severity severity) {
    return static_cast<std::uint64_t>(std::ranges::count(findings, severity, &doctor::Finding::severity));
  };
  using doctor::Severity;
  fmt::print("{}{} critical, {}, {} not seen, {} to know, {} in order.\n", doctor::to_text(findings),
             count(Severity::critical), counted(count(Severity::warning), "warning"),
             count(Severity::unknown), count(Severity::advice), count(Severity::ok));
  return status;
}

Run doctor_run(std::function<Result<doctor::Findings>()> look, Form form, ExitStatus& status) {
  return [look = std::move(look), form, &status]() -> Result<void> {
    status = kCouldNotLook;
    status = report(TRY(look()), form);
    return {};
  };
}

void add_doctor_commands(CLI::App& app, Run& run, int& status) {
  CLI::App* parent = app.add_subcommand("doctor", "what is wrong with this deployment, and what to do");
  parent->require_subcommand(1);
  add_doctor_here_command(*parent, run, status);
  add_doctor_archive_command(*parent, run, status);
  add_doctor_hosts_command(*parent, run, status);
}

}  // namespace strongroom::person
