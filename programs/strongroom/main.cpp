/// strongroom: for officers, trustees, approvers and readers. The only program that can open what was sealed, and only
/// with the shares of a quorum.
#include <fmt/format.h>

#include <string_view>

#include "command_line/parse.h"
#include "commands.h"
#include "platform/hardening.h"

using namespace strongroom;

namespace {

int report(const Result<void>& result) {
  if (result) return 0;
  fmt::print(stderr, "strongroom: {}\n", result.error().to_string());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto hardened = platform::harden_process(); !hardened) return report(hardened);
  CLI::App app("strongroom - keeps, grants and reads an archive that nobody can read alone");
  app.name("strongroom");
  app.require_subcommand(1);
  app.set_version_flag("--version", "0.1.0");
  person::Run run;
  person::add_key_commands(app, run);
  person::add_genesis_commands(app, run);
  person::add_roster_commands(app, run);
  person::add_join_command(app, run);
  person::add_status_command(app, run);
  person::add_lots_commands(app, run);
  person::add_device_commands(app, run);
  person::add_request_command(app, run);
  person::add_requests_command(app, run);
  person::add_approve_command(app, run);
  person::add_grant_command(app, run);
  person::add_check_command(app, run);
  person::add_restrain_commands(app, run);
  person::add_drill_commands(app, run);
  int status = 0;
  person::add_doctor_commands(app, run, status);
  person::add_open_command(app, run);
  person::add_reading_commands(app, run);
  person::add_export_command(app, run);
  // Of the doctor, 1 and 2 say what it found: it could not look is 3.
  const bool doctor = argc > 1 && std::string_view(argv[1]) == "doctor";
  if (const auto ended = command_line::parse(app, argc, argv, doctor ? 3 : 2)) return *ended;
  const int failed = report(run());
  return status != 0 ? status : failed;
}
