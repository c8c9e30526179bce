/// The subcommands of strongroom-verify. Each adds itself; when it is chosen, it runs and leaves its result in `exit`.
#pragma once

#include "answer.h"

namespace CLI {
class App;
}

namespace strongroom::verify {

void add_ledger_command(CLI::App& app, Exit& exit);
void add_archive_command(CLI::App& app, Exit& exit);
void add_package_command(CLI::App& app, Exit& exit);
void add_message_command(CLI::App& app, Exit& exit);
void add_conviction_command(CLI::App& app, Exit& exit);

}  // namespace strongroom::verify
