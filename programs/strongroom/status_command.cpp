// status: who I am, what the register says, what is wrong with it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/text.h"
#include "commands.h"
#include "json_text.h"
#include "person.h"
#include "roster/expiry.h"

namespace strongroom::person {
namespace {

struct Lots {
  std::size_t needed = 0, complete = 0;
};
Lots count_lots(const roster::RegisterState& state, std::uint32_t today) {
  Lots lots;
  for (const envelope::Lot& lot : roster::lots_needed(state.current_roster()->roster, today)) {
    ++lots.needed;
    if (state.complete(state.lot_keys(lot))) ++lots.complete;
  }
  return lots;
}

void print_text(const Person& person, const Archive& archive, const roster::Member& me, const Lots& lots) {
  const roster::RegisterState& state = archive.replica.state();
  std::vector<std::string_view> roles;
  for (const roster::Role role : me.roles) roles.push_back(roster::name_of(role));
  fmt::print("{}: {}\narchive   {}\nregister  {} entries, capture ledger {} entries, both witnessed\n",
             person.name_of(archive.replica, me.id), fmt::join(roles, ", "),
             roster::words_of(archive.card.archive), archive.replica.leaves().size(),
             archive.replica.tree_head(replica::Ledger::capture).size);
  fmt::print("roster    number {}, valid until {}\nlots      {} of {} needed have every trustee's key\n",
             state.current_roster()->roster.number,
             envelope::day_name(static_cast<std::uint32_t>(state.current_roster()->roster.expires_s / 86400)),
             lots.complete, lots.needed);
  if (lots.complete < lots.needed)
    fmt::print("          ask every trustee to run 'strongroom lots publish'\n");
  const auto custodians = person.custodians(archive.replica);
  for (const auto& [id, device] : state.devices()) {
    const bool known = custodians && custodians->contains(id);
    fmt::print("device    {}  {}{}\n", codec::hex(id),
               known ? custodians->at(id) : "custodian not known here", device.revoked ? ", revoked" : "");
  }
  fmt::print("requests  {}\n", state.requests().size());
  for (const roster::Finding& finding : state.findings())
    fmt::print("FINDING   register leaf {}: {}\n", finding.leaf, finding.error.what);
}

Result<void> status(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  const Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me(archive.replica));
  const roster::RegisterState& state = archive.replica.state();
  const Lots lots = count_lots(state, static_cast<std::uint32_t>(person.now_s() / 86400));
  if (options.form == Form::text) {
    print_text(person, archive, *me, lots);
    return {};
  }
  fmt::print(
      "{{\"member\": {}, \"register\": {}, \"capture\": {}, \"devices\": {}, \"requests\": {}, \"findings\": "
      "{}, "
      "\"lots_needed\": {}, \"lots_complete\": {}, \"words\": {}}}\n",
      me->id, archive.replica.leaves().size(), archive.replica.tree_head(replica::Ledger::capture).size,
      state.devices().size(), state.requests().size(), state.findings().size(), lots.needed, lots.complete,
      json_string(roster::words_of(archive.card.archive)));
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
