// doctor here: the machine this runs on.
#include <fmt/format.h>

#include "doctor/look_at_machine.h"
#include "doctor_commands.h"
#include "platform/clock.h"

namespace strongroom::person {
namespace {

struct HereCommand {
  doctor::MachineQuestion question;
  unsigned backup_age_h = 26, witness_age_min = 120;
  Form form = Form::text;
};

Result<doctor::Findings> look(const HereCommand& asked) {
  doctor::MachineQuestion question = asked.question;
  question.backup_age_max_s = asked.backup_age_h * 3600ll;
  question.witness_age_max_s = asked.witness_age_min * 60ll;
  question.now_s = static_cast<std::int64_t>(platform::SystemClock().now_ms() / 1000);
  const auto files = platform::make_posix_file_system();
  return doctor::look_at_machine(*files, question);
}

}  // namespace

void add_doctor_here_command(CLI::App& parent, Run& run, ExitStatus& status) {
  const auto asked = std::make_shared<HereCommand>();
  CLI::App* command = parent.add_subcommand("here", "this machine: files, memory, disk, clock, who listens");
  command->add_option("--data", asked->question.directories,
                      "a server's or witness's data, a person's home, a device's state; may be repeated");
  command->add_option("--backup", asked->question.backup, "the directory of the backups");
  command->add_option("--backup-age", asked->backup_age_h, "hours after which a backup is old")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--witness-age", asked->witness_age_min,
                   "minutes after which a witness's signature is old")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_flag_callback("--json", [asked] { asked->form = Form::json; }, "one JSON object");
  command->footer("Example: strongroom doctor here --data /srv/strongroom --backup /mnt/backup");
  command->callback(
      [=, &run, &status] { run = doctor_run([=] { return look(*asked); }, asked->form, status); });
}

}  // namespace strongroom::person
