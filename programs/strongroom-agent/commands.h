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
/// `sources`: what can be captured.
void add_sources_command(CLI::App& app, Run& run);
/// `enrol INVITATION`: makes the device's keys and asks to be enrolled.
void add_enrol_command(CLI::App& app, Run& run);
/// `import PATH...`: seals and hands over.
void add_import_command(CLI::App& app, Run& run);
/// `heartbeat`: a sign of life, and whatever waits in the spool.
void add_heartbeat_command(CLI::App& app, Run& run);
/// `canary`: the canaries that are due, for the trustees' drills.
void add_canary_command(CLI::App& app, Run& run);
/// `retire`: the last word.
void add_retire_command(CLI::App& app, Run& run);
/// `replace-key FILE`: new keys for this device, with an officer's signature.
void add_replace_key_command(CLI::App& app, Run& run);
/// `status`: what the device has made and what waits.
void add_status_command(CLI::App& app, Run& run);

}  // namespace strongroom::agent
