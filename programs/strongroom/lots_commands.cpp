// lots publish: a trustee makes the lot keys that folders of the coming months will need (protocol §2.5).
#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "grant/key_names.h"
#include "person.h"
#include "roster/expiry.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct PublishCommand {
  PersonOptions person;
  std::string from;
};

struct WantedKey {
  envelope::Lot lot;
  std::uint32_t quorum = 0, position = 0;
  std::string name;
};

bool published(const roster::RegisterState& state, const WantedKey& key, roster::MemberId me) {
  return std::ranges::any_of(state.all_lot_keys(), [&](const roster::SeenLotKey& seen) {
    return seen.member == me && seen.key.lot == key.lot && seen.key.quorum == key.quorum &&
           seen.key.position == key.position;
  });
}

Result<std::vector<WantedKey>> missing_keys(const roster::RegisterState& state, roster::MemberId me,
                                            std::uint32_t today, const std::string& from) {
  const roster::Roster& roster = state.current_roster()->roster;
  std::vector<envelope::Lot> lots = roster::lots_needed(roster, today);
  if (!from.empty()) {
    const std::uint32_t first = TRY_IN("--from", envelope::day_from_name(from));
    for (const roster::RetentionClass& of : roster.classes)
      std::ranges::copy(roster::lots_needed_for_imports(of, first, today), std::back_inserter(lots));
  }
  std::ranges::sort(lots);
  lots.erase(std::ranges::unique(lots).begin(), lots.end());
  std::vector<WantedKey> wanted;
  for (const roster::Quorum& quorum : roster.quorums) {
    for (std::uint32_t p = 0; p < quorum.positions.size(); ++p) {
      if (quorum.positions[p] != me) continue;
      for (const envelope::Lot& lot : lots) {
        WantedKey key{lot, quorum.id, p, grant::lot_key_name(lot, quorum.id, p)};
        if (!published(state, key, me)) wanted.push_back(std::move(key));
      }
    }
  }
  return wanted;
}

/// What was answered is not believed: the register must hold these very keys (protocol §2.5).
Result<void> check_entered(const roster::RegisterState& state, const std::vector<roster::LotKey>& sent) {
  for (const roster::LotKey& key : sent)
    if (std::ranges::find(state.all_lot_keys(), key, &roster::SeenLotKey::key) == state.all_lot_keys().end())
      return fail(ErrorCode::unauthenticated,
                  "the register does not hold a lot key that the server said it entered",
                  envelope::to_string(key.lot),
                  "run this again; if it stays so, keep this message: the server did not do what it said");
  return {};
}

Result<void> publish(const PublishCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::RegisterState& state = archive.replica.state();
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::trustee))->id;
  const auto wanted =
      TRY(missing_keys(state, me, static_cast<std::uint32_t>(person.now_s() / 86400), asked.from));
  // Seeds first, durably: a published key whose seed was lost could never open its share.
  for (const WantedKey& key : wanted) {
    if (person.keys().contains(key.name)) continue;  // made earlier, not posted
    const Secret<32> seed = person.entropy().secret<32>();
    TRY(person.keys().put(key.name, SecretBytes::copy_of(seed.reveal())));
  }
  TRY(person.keys().save());
  std::uint64_t last = 0;
  std::vector<roster::LotKey> sent;
  for (const WantedKey& key : wanted) {
    roster::LotKey lot_key;
    lot_key.archive = state.archive();
    lot_key.roster = state.current_roster()->hash;
    lot_key.lot = key.lot;
    lot_key.quorum = key.quorum;
    lot_key.position = key.position;
    lot_key.public_key = crypto::xwing::public_from_seed(TRY(person.seed(key.name)));
    lot_key.issued_s = person.now_s();
    last = TRY_IN(envelope::to_string(key.lot),
                  archive.server.post_register(envelope::RegisterType::lot_key,
                                               roster::sign_lot_key(lot_key, {me, person.signing()})));
    sent.push_back(lot_key);
  }
  if (!wanted.empty())
    TRY(grant::refresh_until(
        archive.session(), [&](const auto& r) { return r.leaves().size() > last; }, "the lot keys"));
  TRY(check_entered(state, sent));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"published\": {}}}\n", wanted.size());
  } else {
    fmt::print("{} lot keys published and witnessed; their seeds were in the keystore before.\n",
               wanted.size());
  }
  return {};
}

}  // namespace

void add_lots_commands(CLI::App& app, Run& run) {
  CLI::App* lots = app.add_subcommand("lots", "keys of disposal lots");
  lots->require_subcommand(1);
  const auto asked = std::make_shared<PublishCommand>();
  CLI::App* command =
      lots->add_subcommand("publish", "make and publish the keys that the next 14 months need");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("--from", asked->from, "YYYY-MM-DD of the oldest message that will be imported");
  command->footer("Example: strongroom lots publish --from 2019-01-01");
  command->callback([=, &run] { run = [=] { return publish(*asked); }; });
}

}  // namespace strongroom::person
