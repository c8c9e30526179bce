/// The subcommand `package` of strongroom-verify.
#pragma once

#include "ledger_command.h"

namespace strongroom::verify {

/// Adds the subcommand; when it is chosen, it runs and leaves its result in `exit`.
void add_package_command(CLI::App& app, Exit& exit);

}  // namespace strongroom::verify
