/// The subcommand `ledger` of strongroom-verify.
#pragma once

namespace CLI {
class App;
}

namespace strongroom::verify {

/// How the program ends.
enum class Exit : int { holds = 0, does_not_hold = 1, cannot_tell = 2 };

/// Adds the subcommand; when it is chosen, it runs and leaves its result in `exit`.
void add_ledger_command(CLI::App& app, Exit& exit);

}  // namespace strongroom::verify
