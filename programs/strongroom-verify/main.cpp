/// strongroom-verify: for auditors. Checks from files alone, holds no private-key code and uses no network.
/// Each subcommand is one pair of files in this directory, over one of src/verify.

#include <CLI/CLI.hpp>

#include "command_line/parse.h"
#include "commands.h"

using namespace strongroom;

int main(int argc, char** argv) {
  CLI::App app(
      "strongroom-verify - check what an archive or a transparency log claims, from files alone\n\n"
      "Every subcommand ends with 0 if everything asked holds, 1 if something does not hold, and 2 if it "
      "could\n"
      "not be told: a file cannot be read, or the question is not complete.\n");
  app.name("strongroom-verify");
  app.require_subcommand(1);
  app.set_version_flag("--version", "0.1.0");
  verify::Exit exit = verify::Exit::cannot_tell;
  verify::add_ledger_command(app, exit);
  verify::add_archive_command(app, exit);
  verify::add_package_command(app, exit);
  verify::add_message_command(app, exit);
  verify::add_conviction_command(app, exit);
  if (const auto ended = command_line::parse(app, argc, argv, static_cast<int>(verify::Exit::cannot_tell)))
    return *ended;
  return static_cast<int>(exit);
}
