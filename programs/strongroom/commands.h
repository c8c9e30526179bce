/// The subcommands of strongroom. Each is a file of this directory that adds itself to the command line and, when
/// chosen, leaves what is to be run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "base/error.h"

namespace strongroom::person {

/// What the chosen subcommand does. Set by its callback, run by main after parsing.
using Run = std::function<Result<void>()>;

void add_key_commands(CLI::App& app, Run& run);
void add_genesis_commands(CLI::App& app, Run& run);
void add_roster_commands(CLI::App& app, Run& run);
void add_join_command(CLI::App& app, Run& run);
void add_status_command(CLI::App& app, Run& run);
void add_lots_commands(CLI::App& app, Run& run);
void add_device_commands(CLI::App& app, Run& run);
/// device replace; `device` is the command of devices.
void add_replace_command(CLI::App& device, Run& run);
void add_request_command(CLI::App& app, Run& run);
void add_requests_command(CLI::App& app, Run& run);
void add_approve_command(CLI::App& app, Run& run);
void add_grant_command(CLI::App& app, Run& run);
void add_check_command(CLI::App& app, Run& run);
/// stop, close, device revoke; after add_device_commands.
void add_restrain_commands(CLI::App& app, Run& run);
/// drill ask, report, status.
void add_drill_commands(CLI::App& app, Run& run);
/// doctor here, archive, hosts. `status` becomes what the program ends with, if it was run.
void add_doctor_commands(CLI::App& app, Run& run, int& status);
void add_open_command(CLI::App& app, Run& run);
void add_reading_commands(CLI::App& app, Run& run);
void add_export_command(CLI::App& app, Run& run);

}  // namespace strongroom::person
