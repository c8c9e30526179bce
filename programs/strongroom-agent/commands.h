/// The subcommands of strongroom-agent. Each is one file of this directory that adds itself to the command line and,
/// when chosen, leaves what is to be run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace strongroom::agent {

/// What the chosen subcommand does; returns the exit status. Set by its callback, run by main after parsing.
using Run = std::function<int()>;

/// `inspect PATH`: what is in an export. No keys, no server.
void add_inspect_command(CLI::App& app, Run& run);

}  // namespace strongroom::agent
