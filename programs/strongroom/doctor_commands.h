/// What the subcommands of `strongroom doctor` share: how they report, and what the program ends with.
#pragma once

#include <CLI/CLI.hpp>

#include "commands.h"
#include "doctor/finding.h"
#include "person.h"

namespace strongroom::person {

/// What `strongroom doctor` ends with: 0 to 3 (doctor::exit_status); 3 also where it could not do its work at all.
using ExitStatus = int;
inline constexpr ExitStatus kCouldNotLook = 3;

/// Prints them, worst first, and how many there are of each kind.
ExitStatus report(doctor::Findings findings, Form form);
/// The run of a command whose result is a report: an error is told, and is kCouldNotLook.
Run doctor_run(std::function<Result<doctor::Findings>()> look, Form form, ExitStatus& status);

void add_doctor_here_command(CLI::App& parent, Run& run, ExitStatus& status);
void add_doctor_archive_command(CLI::App& parent, Run& run, ExitStatus& status);
void add_doctor_hosts_command(CLI::App& parent, Run& run, ExitStatus& status);

}  // namespace strongroom::person
