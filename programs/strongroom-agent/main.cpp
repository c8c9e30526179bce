/// strongroom-agent: runs on the device whose messages are kept. It can seal and cannot open what it sealed.
#include <cstdio>

#include "command_line/parse.h"
#include "commands.h"
#include "platform/hardening.h"

using namespace strongroom;

int main(int argc, char** argv) {
  if (const auto hardened = platform::harden_process(); !hardened) {
    (void)std::fprintf(stderr, "strongroom-agent: %s\n", hardened.error().to_string().c_str());
    return 1;
  }
  CLI::App app("strongroom-agent - captures, seals and hands over messages; cannot read them afterwards");
  app.name("strongroom-agent");
  app.require_subcommand(1);
  app.set_version_flag("--version", "0.1.0");
  agent::Run run;
  agent::add_inspect_command(app, run);
  agent::add_sources_command(app, run);
  agent::add_enrol_command(app, run);
  agent::add_import_command(app, run);
  agent::add_heartbeat_command(app, run);
  agent::add_canary_command(app, run);
  agent::add_replace_key_command(app, run);
  agent::add_retire_command(app, run);
  agent::add_status_command(app, run);
  if (const auto ended = command_line::parse(app, argc, argv, 1)) return *ended;
  return run();
}
