// doctor archive: what a member sees of the archive that somebody should do something about.
#include <fmt/format.h>

#include "codec/text.h"
#include "doctor/archive_answers.h"
#include "doctor_commands.h"
#include "ledger/witness_protocol.h"
#include "wire/client.h"

namespace strongroom::person {
namespace {

struct ArchiveCommand {
  PersonOptions person;
  std::vector<std::string> witnesses;
  unsigned witness_age_max_min = 120;
};

/// NAME=http://HOST:PORT of the command line, else what the roster says.
std::string address_of(const ArchiveCommand& asked, const ledger::PolicyWitness& witness) {
  for (const std::string& given : asked.witnesses)
    if (given.starts_with(witness.name + "=")) return given.substr(witness.name.size() + 1);
  return witness.url;
}

/// Only the roster's names, so that a slip of the finger is not taken for a witness without an address.
Result<void> check_names(const ArchiveCommand& asked, const ledger::Policy& policy) {
  for (const std::string& given : asked.witnesses) {
    const std::string name = given.substr(0, given.rfind("=http://"));
    if (name == given ||
        std::ranges::find(policy.witnesses, name, &ledger::PolicyWitness::name) == policy.witnesses.end())
      return fail(ErrorCode::malformed, "this is no witness of the roster with an address", given,
                  "NAME=http://HOST:PORT, with its whole name ('strongroom roster show')");
  }
  return {};
}

/// The newest checkpoint as the witness itself shows it.
Result<std::string> ask_witness(std::string url, const ledger::Policy& policy) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme))
    return fail(ErrorCode::malformed, "a witness's address begins with http://", url);
  url.erase(0, kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  const auto [host, port] = TRY(replica::split_address(std::string_view(url).substr(0, slash)));
  std::string prefix = url.substr(slash);
  if (!prefix.ends_with('/')) prefix += '/';
  wire::ClientConfig config;
  config.address = host;
  config.port = port;
  config.connect_timeout = config.exchange_timeout = std::chrono::milliseconds(10'000);
  config.limits.body_bytes_max = ledger::kNoteBytesMax;
  auto client = TRY(wire::Client::connect_public(config));
  const wire::Response answer =
      TRY(client.get(prefix + ledger::monitoring_path(policy.logs.front().key.name)));
  return answer.status == 200 ? std::string(text_of(answer.body)) : std::string();
}

doctor::WitnessShown look_at_witness(const ArchiveCommand& asked, const ledger::PolicyWitness& witness,
                                     const ledger::Policy& policy, const std::string& newest) {
  doctor::WitnessShown out;
  out.name = witness.name;
  if (const auto accepted = doctor::signed_by(policy, witness.name, newest))
    out.cosigned_s = accepted->witness_time;
  const std::string address = address_of(asked, witness);
  if (address.empty()) return out;
  const auto answer = ask_witness(address, policy);
  if (!answer) {
    out.asked = doctor::WitnessShown::Asked::unreachable;
    out.why = answer.error().what;
    return out;
  }
  out.asked = doctor::WitnessShown::Asked::answered;
  if (const auto own = doctor::signed_by(policy, witness.name, *answer))
    out.size = own->checkpoint().size.value;
  return out;
}

/// The capture ledger's checkpoint: it has a new entry every hour, whatever happens (protocol §2.1).
Result<doctor::Findings> look_at_witnesses(const ArchiveCommand& asked, const Archive& archive,
                                           std::uint64_t now_s) {
  const ledger::Policy policy = TRY(archive.replica.policy(replica::Ledger::capture));
  TRY(check_names(asked, policy));
  const std::string& newest = archive.replica.checkpoint_text(replica::Ledger::capture);
  std::vector<doctor::WitnessShown> shown;
  for (const ledger::PolicyWitness& witness : policy.witnesses)
    shown.push_back(look_at_witness(asked, witness, policy, newest));
  return doctor::judge_witnesses(policy, shown, archive.replica.tree_head(replica::Ledger::capture).size,
                                 now_s, asked.witness_age_max_min * 60ull);
}

std::vector<doctor::Heard> heard_of(const std::vector<replica::DeviceHearing>& hearings) {
  std::vector<doctor::Heard> out;
  for (const replica::DeviceHearing& device : hearings) {
    using As = doctor::Heard::As;
    const As as = device.hearing == "silent"    ? As::silent
                  : device.hearing == "retired" ? As::retired
                                                : As::heard;
    out.push_back({device.device, as, device.heard_s});
  }
  return out;
}

/// A server that cannot be reached or believed is the finding.
doctor::Findings no_server(const Error& error) {
  const bool believed = error.code != ErrorCode::unauthenticated;
  return {{doctor::Severity::critical, believed ? "server-unreachable" : "server-not-believed",
           error.where.empty() ? "server" : error.where, error.what,
           error.hint.empty() ? "docs/operating/emergencies.md" : error.hint}};
}

Result<doctor::Findings> look(const ArchiveCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  auto connected = person.connect();
  if (!connected && connected.error().code != ErrorCode::unavailable &&
      connected.error().code != ErrorCode::unauthenticated)
    return std::unexpected(std::move(connected).error());
  if (!connected) return no_server(connected.error());
  Archive& archive = *connected;
  const auto custodians =
      person.custodians(archive.replica).value_or(std::map<envelope::DeviceId, std::string>{});
  const doctor::Names names{[&](roster::MemberId id) { return person.name_of(archive.replica, id); },
                            [&](const envelope::DeviceId& id) {
                              const auto whose = custodians.find(id);
                              return "device " + codec::hex(id) +
                                     (whose == custodians.end() ? "" : " (" + whose->second + ")");
                            }};
  const roster::RegisterState& state = archive.replica.state();
  const auto hearings = heard_of(TRY(archive.server.devices()));
  std::set<envelope::DeviceId> retired;
  for (const doctor::Heard& device : hearings)
    if (device.as == doctor::Heard::As::retired) retired.insert(device.device);
  doctor::Findings out = doctor::judge_register(state, person.now_s(), names);
  std::ranges::move(doctor::judge_drills(state, person.now_s(), retired, names), std::back_inserter(out));
  std::ranges::move(doctor::judge_devices(hearings, person.now_s(), names), std::back_inserter(out));
  std::ranges::move(TRY(look_at_witnesses(asked, archive, person.now_s())), std::back_inserter(out));
  return out;
}

}  // namespace

void add_doctor_archive_command(CLI::App& parent, Run& run, ExitStatus& status) {
  const auto asked = std::make_shared<ArchiveCommand>();
  CLI::App* command = parent.add_subcommand(
      "archive", "what a member sees: witnesses, silent devices, missing lots, overdue drills");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("--witness", asked->witnesses, "NAME=http://HOST:PORT of a witness to ask itself");
  command
      ->add_option("--witness-age", asked->witness_age_max_min,
                   "minutes after which a witness's signature is old")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->footer("Example: strongroom doctor archive --home ~/strongroom");
  command->callback(
      [=, &run, &status] { run = doctor_run([=] { return look(*asked); }, asked->person.form, status); });
}

}  // namespace strongroom::person
