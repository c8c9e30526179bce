// status: who I am, what the register says, what is wrong with it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "own_request.h"
#include "person.h"
#include "roster/drill_schedule.h"
#include "roster/expiry.h"
#include "roster/sealing_keys.h"

namespace strongroom::person {
namespace {

struct Lots {
  std::size_t needed = 0, complete = 0;
  std::set<roster::MemberId> late;  ///< trustees without a key for one of them
};
Lots count_lots(const roster::RegisterState& state, std::uint32_t today) {
  Lots lots;
  for (const envelope::Lot& lot : roster::lots_needed(state.current_roster()->roster, today)) {
    ++lots.needed;
    const auto missing = roster::missing_from(state, lot, state.current_roster()->roster);
    if (missing.empty()) ++lots.complete;
    lots.late.insert(missing.begin(), missing.end());
  }
  return lots;
}

/// What the server says of the devices' signs of life (protocol §3.9).
using Hearings = std::map<envelope::DeviceId, replica::DeviceHearing>;
Result<Hearings> ask_hearings(replica::ArchiveClient& server) {
  Hearings out;
  for (auto& device : TRY(server.devices())) out[device.device] = std::move(device);
  return out;
}
bool is(const Hearings& hearings, const envelope::DeviceId& device, std::string_view hearing) {
  const auto found = hearings.find(device);
  return found != hearings.end() && found->second.hearing == hearing;
}

void print_devices(const Person& person, const Archive& archive, const Hearings& hearings) {
  const auto custodians = person.custodians(archive.replica);
  std::vector<std::string> silent;
  for (const auto& [id, device] : archive.replica.state().devices()) {
    std::string whose;
    if (custodians) whose = custodians->contains(id) ? "  " + custodians->at(id) : "  not in the directory";
    fmt::print("device    {}{}{}\n", codec::hex(id), whose,
               device.revoked                ? ", revoked"
               : is(hearings, id, "retired") ? ", retired"
                                             : "");
    if (!is(hearings, id, "silent")) continue;
    const std::uint64_t heard_s = std::min(hearings.at(id).heard_s, person.now_s());
    silent.push_back(
        fmt::format("{} (last heard {} hours ago)", codec::hex(id), (person.now_s() - heard_s) / 3600));
  }
  if (!custodians && !archive.replica.state().devices().empty())
    fmt::print("          {}\n", why_no_names(person, archive.replica, custodians.error()));
  if (!silent.empty()) fmt::print("silent devices: {}\n", fmt::join(silent, ", "));
}

/// Only what somebody should do something about; the whole is 'strongroom drill status'.
void print_drills(const roster::RegisterState& state, std::uint64_t now_s, const Hearings& hearings) {
  const auto lots = std::ranges::count_if(roster::lots_in_drills(state, now_s),
                                          [&](const auto& lot) { return lot.standing.overdue(now_s); });
  const auto devices = std::ranges::count_if(roster::devices_in_drills(state), [&](const auto& device) {
    return device.standing.overdue(now_s) && !is(hearings, device.device, "retired");
  });
  if (lots + devices > 0)
    fmt::print("drills    overdue: {}, {}; see 'strongroom drill status'\n",
               counted(static_cast<std::uint64_t>(lots), "lot"),
               counted(static_cast<std::uint64_t>(devices), "device"));
}

void print_text(const Person& person, const Archive& archive, const roster::Member& me, const Lots& lots,
                const Hearings& hearings) {
  const roster::RegisterState& state = archive.replica.state();
  std::vector<std::string_view> roles;
  for (const roster::Role role : me.roles) roles.push_back(roster::name_of(role));
  fmt::print(
      "{}: {}\narchive   {}\nregister  {}, capture ledger {}, both witnessed\n"
      "          its words at that number: {}\n",
      person.name_of(archive.replica, me.id), fmt::join(roles, ", "), roster::words_of(archive.card.archive),
      counted(archive.replica.leaves().size(), "entry"),
      counted(archive.replica.tree_head(replica::Ledger::capture).size, "entry"),
      roster::words_of(archive.replica.tree_head(replica::Ledger::register_).root));
  fmt::print("roster    number {}, valid until {}\nlots      {} of {} needed have every trustee's key\n",
             state.current_roster()->roster.number,
             envelope::day_name(static_cast<std::uint32_t>(state.current_roster()->roster.expires_s / 86400)),
             lots.complete, lots.needed);
  for (const roster::MemberId id : lots.late)
    fmt::print("          {} has to run 'strongroom lots publish'\n", person.name_of(archive.replica, id));
  print_devices(person, archive, hearings);
  fmt::print("requests  {}\n", state.requests().size());
  print_drills(state, person.now_s(), hearings);
  for (const roster::Finding& finding : state.findings())
    fmt::print("FINDING   register leaf {}: {}\n", finding.leaf, finding.error.what);
}

Result<void> status(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me(archive.replica));
  const roster::RegisterState& state = archive.replica.state();
  const Lots lots = count_lots(state, static_cast<std::uint32_t>(person.now_s() / 86400));
  const Hearings hearings = TRY(ask_hearings(archive.server));
  if (options.form == Form::text) {
    print_text(person, archive, *me, lots, hearings);
    return {};
  }
  std::vector<std::string> silent;
  for (const auto& [id, device] : state.devices())
    if (is(hearings, id, "silent")) silent.push_back(codec::json_string(codec::hex(id)));
  fmt::print(
      "{{\"member\": {}, \"register\": {}, \"capture\": {}, \"devices\": {}, \"requests\": {}, \"findings\": "
      "{}, \"register_words\": {}, "
      "\"lots_needed\": {}, \"lots_complete\": {}, \"silent\": [{}], \"words\": {}}}\n",
      me->id, archive.replica.leaves().size(), archive.replica.tree_head(replica::Ledger::capture).size,
      state.devices().size(), state.requests().size(), state.findings().size(),
      codec::json_string(roster::words_of(archive.replica.tree_head(replica::Ledger::register_).root)),
      lots.needed, lots.complete, fmt::join(silent, ", "),
      codec::json_string(roster::words_of(archive.card.archive)));
  return {};
}

}  // namespace

void add_status_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<PersonOptions>();
  CLI::App* command = app.add_subcommand("status", "who you are here, and what the register says");
  add_home_option(*command, *options);
  add_json_option(*command, *options);
  command->footer("Example: strongroom status --home ~/strongroom");
  command->callback([=, &run] { run = [=] { return status(*options); }; });
}

}  // namespace strongroom::person
