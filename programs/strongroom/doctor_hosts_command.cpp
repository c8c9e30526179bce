// doctor hosts: what the organisation's own hosts give to somebody who has not logged in. Only hosts of the list.
#include <fmt/format.h>
#include <unistd.h>

#include "doctor/look_at_hosts.h"
#include "doctor_commands.h"
#include "platform/clock.h"

namespace strongroom::person {
namespace {

struct HostsCommand {
  std::string list, home, ports;
  Form form = Form::text;
  doctor::Pace pace;
  unsigned time_limit_s = 1800;
  double wait_s = 3;
};

/// From what somebody's home holds in the clear: the archive's card and the verified copy of the register.
Result<doctor::Ours> ours_of(const std::string& home) {
  doctor::Ours ours;
  if (home.empty()) return ours;
  const auto files = platform::make_posix_file_system();
  const Bytes text = TRY(files->read(home + "/card", 64 * 1024));
  const replica::Card card = TRY_IN(home + "/card", replica::parse_card(text_of(text)));
  const auto replica = TRY(replica::Replica::open(*files, home + "/replica", card));
  ours.pins = TRY(replica.roster())->roster.server_pins;
  for (const auto ledger : {replica::Ledger::register_, replica::Ledger::capture})
    ours.policies.push_back(TRY(replica.policy(ledger)));
  return ours;
}

/// On a terminal only: a line that writes over itself.
doctor::Progress progress_on_terminal() {
  if (::isatty(STDERR_FILENO) != 1) return [](std::size_t, std::size_t) {};
  return [](std::size_t done, std::size_t all) {
    fmt::print(stderr, "\r{} of {} ports{}", done, all, done == all ? "\n" : "");
  };
}

Result<doctor::Findings> look(const HostsCommand& asked) {
  const auto files = platform::make_posix_file_system();
  const Bytes text = TRY(files->read(asked.list, doctor::kHostListBytesMax));
  const auto otherwise =
      asked.ports.empty() ? doctor::usual_ports() : TRY_IN("--ports", doctor::parse_ports(asked.ports));
  const auto hosts = TRY_IN(asked.list, doctor::parse_host_list(text_of(text), otherwise));
  doctor::Looking looking;
  looking.ours = TRY(ours_of(asked.home));
  looking.now_s = static_cast<std::int64_t>(platform::SystemClock().now_ms() / 1000);
  const std::chrono::milliseconds wait{static_cast<std::int64_t>(asked.wait_s * 1000)};
  looking.patience = {wait, wait, wait / 2};
  doctor::Pace pace = asked.pace;
  pace.time_limit = std::chrono::seconds(asked.time_limit_s);
  return doctor::look_at_hosts(hosts, looking, pace, progress_on_terminal());
}

}  // namespace

void add_doctor_hosts_command(CLI::App& parent, Run& run, ExitStatus& status) {
  const auto asked = std::make_shared<HostsCommand>();
  CLI::App* command =
      parent.add_subcommand("hosts", "what the hosts of a list give to everybody; probes no others");
  command->add_option("LIST", asked->list, "file: one host a line, host or host:port,port-port")->required();
  command->add_option("--home", asked->home, "a member's directory, to know which services are ours");
  command->add_option("--ports", asked->ports, "ports of hosts that name none, like 22,80,8000-8010");
  command->add_option("--wait", asked->wait_s, "seconds for a connection and for each answer")
      ->check(CLI::Range(0.05, 60.0))
      ->capture_default_str();
  command->add_option("--at-a-time", asked->pace.at_a_time, "ports looked at at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--time-limit", asked->time_limit_s, "seconds after which no new port is begun")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command->add_flag_callback("--json", [asked] { asked->form = Form::json; }, "one JSON object");
  command->footer(
      "Only hosts you answer for: a probe of others may be a crime.\nExample: strongroom doctor hosts "
      "our-hosts.txt");
  command->callback(
      [=, &run, &status] { run = doctor_run([=] { return look(*asked); }, asked->form, status); });
}

}  // namespace strongroom::person
