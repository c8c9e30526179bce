#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "agent/enrol.h"
#include "agent/import.h"
#include "agent/shortages.h"
#include "base/counted.h"
#include "codec/text.h"
#include "commands.h"
#include "device_tools.h"

namespace strongroom::agent {
namespace {

int run_enrol(const std::string& invitation_path, const std::string& directory) {
  Tools tools;
  auto raw = tools.files->read(invitation_path, 64 * 1024);
  if (!raw) return tools.failed(raw.error());
  const auto invitation = parse_invitation_file(*raw);
  wipe(*raw);
  if (!invitation) return tools.failed(Error(invitation.error()).in(invitation_path));
  auto device = Device::exists(*tools.files, directory)
                    ? Device::open(*tools.files, directory)
                    : Device::create(*tools.files, directory, invitation->card, tools.entropy);
  if (!device) return tools.failed(device.error());
  const auto asked = ask_for_enrolment(*tools.files, *device, *invitation, tools.clock);
  if (!asked) return tools.failed(asked.error());
  fmt::print(
      "This device has asked to be enrolled.\n\n"
      "  archive      {}\n"
      "  this device  {}\n\n"
      "Read both lines aloud to the officer, who must see the same words. When the officer and a second "
      "person\n"
      "have signed, run:  strongroom-agent import --state {} PATH\n",
      asked->archive_words, asked->device_words, directory);
  return 0;
}

int run_status(const std::string& directory) {
  Tools tools;
  auto device = Device::open(*tools.files, directory);
  if (!device) return tools.failed(device.error());
  const auto replica = device->replica(*tools.files);
  if (!replica) return tools.failed(replica.error());
  const auto fresh = device->fresh_chain(*tools.files, tools.entropy);
  if (!fresh) return tools.failed(fresh.error());
  const auto spool = Spool::open(*tools.files, directory + "/spool", *fresh, *tools.steps);
  if (!spool) return tools.failed(spool.error());
  const auto enrolment = enrolment_of(*replica, device->id());
  fmt::print(
      "device        {}\nserver        {}\nenrolled      {}\nentries made  {}\nrecords       {}\nin the "
      "spool  {}\n",
      codec::hex(device->id()), device->card().server, enrolment ? "yes" : "not that this device knows",
      spool->chain().next_sequence, spool->chain().records_sealed,
      spool->waiting() == 0 ? "nothing: every entry has its receipt"
                            : counted(spool->waiting(), "entry") + " without receipt");
  if (!enrolment) return 0;
  const auto today = static_cast<std::uint32_t>(tools.clock.now_ms() / 86'400'000);
  for (const std::string& alarm : sealing_alarms(replica->state(), enrolment->classes, today))
    fmt::print("ALARM         {}\n", alarm);
  return 0;
}

int run_heartbeat(const std::string& directory) {
  Tools tools;
  auto device = Device::open(*tools.files, directory);
  if (!device) return tools.failed(device.error());
  const auto report = send_heartbeat(*device, tools.shared(), std::chrono::minutes(1));
  if (!report) return tools.failed(report.error());
  fmt::print("{} handed over and witnessed.\n", counted(report->sent.entries, "entry"));
  print_marks(report->sent.marks);
  print_canaries(report->canaries);
  return 0;
}

int run_canary(const std::string& directory) {
  Tools tools;
  auto device = Device::open(*tools.files, directory);
  if (!device) return tools.failed(device.error());
  const auto report = send_canaries(*device, tools.shared(), std::chrono::minutes(1));
  if (!report) return tools.failed(report.error());
  if (report->canaries.lots.empty() && report->canaries.alarms.empty()) fmt::print("No canary is due.\n");
  print_marks(report->sent.marks);
  print_canaries(report->canaries);
  return report->canaries.alarms.empty() ? 0 : 1;
}

int run_retire(const std::string& directory) {
  Tools tools;
  auto device = Device::open(*tools.files, directory);
  if (!device) return tools.failed(device.error());
  const auto report = retire(*device, tools.shared(), std::chrono::minutes(1));
  if (!report) return tools.failed(report.error());
  fmt::print(
      "{} handed over and witnessed; the last says that this device has ended its service.\n"
      "Nobody expects a sign of life from it any more. {} can be deleted.\n",
      counted(report->entries, "entry"), directory);
  return 0;
}

}  // namespace

void add_enrol_command(CLI::App& app, Run& run) {
  const auto invitation = std::make_shared<std::string>();
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("enrol", "spend an invitation: make this device's keys and ask to be enrolled");
  command->add_option("INVITATION", *invitation, "the invitation file from the officer")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--state", *directory, "the device's directory; made if it is not there")->required();
  command->footer("Example: strongroom-agent enrol ana-phone.invitation --state /var/lib/strongroom-agent");
  command->callback([=, &run] { run = [=] { return run_enrol(*invitation, *directory); }; });
}

void add_status_command(CLI::App& app, Run& run) {
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("status", "what this device has sealed, and what still waits for a receipt");
  command->add_option("--state", *directory, "the device's directory")->required();
  command->callback([=, &run] { run = [=] { return run_status(*directory); }; });
}

void add_heartbeat_command(CLI::App& app, Run& run) {
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("heartbeat", "sign a sign of life, and hand over whatever waits in the spool");
  command->add_option("--state", *directory, "the device's directory")->required();
  command->footer("Run it from a timer, at least as often as the officer set when the device was enrolled.");
  command->callback([=, &run] { run = [=] { return run_heartbeat(*directory); }; });
}

void add_canary_command(CLI::App& app, Run& run) {
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("canary", "seal the canary folders that are due, for the trustees' drills");
  command->add_option("--state", *directory, "the device's directory")->required();
  command->footer(
      "import and heartbeat do it too. On a canary device of the roster: one in every lot that has keys; run "
      "it from a "
      "timer, once a day.");
  command->callback([=, &run] { run = [=] { return run_canary(*directory); }; });
}

void add_retire_command(CLI::App& app, Run& run) {
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("retire", "say that this device has ended its service, as its last word");
  command->add_option("--state", *directory, "the device's directory")->required();
  command->footer("A device that was lost or stolen cannot say it: an officer revokes it.");
  command->callback([=, &run] { run = [=] { return run_retire(*directory); }; });
}

}  // namespace strongroom::agent
