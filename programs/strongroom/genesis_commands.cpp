// genesis draft, sign, finish: the first roster, signed by every trustee on its own machine (protocol §2.3).
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "crypto/hash.h"
#include "genesis_draft.h"
#include "person.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct DraftCommand {
  DraftRequest request;
  std::string out;
};
struct SignCommand {
  PersonOptions person;
  std::string draft;
};
struct FinishCommand {
  std::string draft, server, out_roster, out_card;
};

Result<roster::Roster> read_draft(BytesView object) {
  const auto draft = TRY(envelope::decode_object(object, roster::kRosterLabel, roster::kRosterBytesMax));
  roster::Roster roster = TRY(roster::decode_roster(draft.content));
  TRY(roster::check(roster));
  if (roster.number != 0) return fail(ErrorCode::refused, "this is not a first roster");
  return roster;
}

Result<void> draft(const DraftCommand& asked) {
  const auto files = platform::make_posix_file_system();
  platform::SystemClock clock;
  const Draft made = TRY(make_draft(asked.request, clock.now_ms() / 1000));
  TRY(files->write_durable(asked.out, roster::sign_roster(made.roster, {})));
  TRY(write_names_beside(*files, asked.out, made.names));
  fmt::print("{}\nEvery trustee signs {} on its own machine with 'strongroom genesis sign'.\n",
             describe(made.roster, made.names), asked.out);
  return {};
}

Result<void> sign(const SignCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  const Bytes object = TRY(person.files().read(asked.draft, roster::kRosterBytesMax));
  const roster::Roster roster = TRY_IN(asked.draft, read_draft(object));
  const roster::Member* me = nullptr;
  for (const roster::Member& member : roster.members)
    if (member.signing == person.signing().public_half()) me = &member;
  if (me == nullptr || !roster::has_role(*me, roster::Role::trustee))
    return fail(ErrorCode::refused, "the draft does not name you as a trustee", asked.draft);
  fmt::print("{}\nYou are {}. Compare the archive words and everybody's key words aloud.\n",
             describe(roster, names_beside(person.files(), asked.draft)),
             roster::shown_name(names_beside(person.files(), asked.draft), *me));
  TRY(confirm(asked.person, "Do you sign this?"));
  TRY(person.files().write_durable(asked.draft,
                                   TRY(roster::add_roster_signature(object, {me->id, person.signing()}))));
  fmt::print("Signed.\n");
  return {};
}

Result<void> finish(const FinishCommand& asked) {
  const auto files = platform::make_posix_file_system();
  const Bytes object = TRY(files->read(asked.draft, roster::kRosterBytesMax));
  const roster::Roster roster = TRY_IN(asked.draft, read_draft(object));
  const roster::SignedRoster genesis =
      TRY_IN(asked.draft, roster::open_genesis(object, roster::hash_of(roster)));
  TRY(replica::split_address(asked.server));
  const replica::Card card{genesis.hash, asked.server, genesis.roster.server_pins};
  TRY(files->write_durable(asked.out_roster, object));
  TRY(files->write_durable(asked.out_card, bytes_of(replica::format_card(card))));
  TRY(write_names_beside(*files, asked.out_card, names_beside(*files, asked.draft)));
  fmt::print("{{\"archive\": {}, \"words\": {}, \"roster\": {}, \"card\": {}}}\n",
             codec::json_string(codec::hex(card.archive)), codec::json_string(roster::words_of(card.archive)),
             codec::json_string(asked.out_roster), codec::json_string(asked.out_card));
  return {};
}

void add_draft(CLI::App& genesis, Run& run) {
  const auto asked = std::make_shared<DraftCommand>();
  CLI::App* command = genesis.add_subcommand("draft", "put the first roster together from member cards");
  DraftRequest& r = asked->request;
  command->add_option("--member", r.members, "FILE=trustee[,officer...]: a member card and its roles")
      ->required();
  command->add_option("--k", r.k, "how many trustees must act together")->required();
  command->add_option("--class", r.classes, "ID=NAME:MONTHS: a retention class")->required();
  command->add_option("--register-vkey", r.register_vkey, "as strongroomd init printed it")->required();
  command->add_option("--capture-vkey", r.capture_vkey, "as strongroomd init printed it")->required();
  command->add_option("--server-pin", r.server_pin, "as strongroomd init printed it")->required();
  command->add_option("--witness", r.witnesses, "NAME=VKEY of a witness")->required();
  command->add_option("--witness-quorum", r.witness_quorum, "how many witnesses must cosign (default: all)");
  command->add_option("--days", r.days, "validity of the roster")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command
      ->add_option("--cooling-off", r.cooling_off_hours,
                   "hours that a request waits before it may be granted")
      ->check(CLI::Range(0, 2160))
      ->capture_default_str();
  command->add_option("--out", asked->out, "the draft; a file of names is written beside it")->required();
  command->footer(
      "Example: strongroom genesis draft --member ana.member=trustee --member bo.member=trustee,officer \\\n"
      "  --member cy.member=trustee,approver --member di.member=reader --k 2 --class 1=ordinary:120 \\\n"
      "  --register-vkey K --capture-vkey K --server-pin HEX --witness NAME=VKEY --out genesis.draft");
  command->callback([=, &run] { run = [=] { return draft(*asked); }; });
}

}  // namespace

void add_genesis_commands(CLI::App& app, Run& run) {
  CLI::App* genesis =
      app.add_subcommand("genesis", "the first roster: drafted by one, signed by every trustee");
  genesis->require_subcommand(1);
  add_draft(*genesis, run);

  const auto signing = std::make_shared<SignCommand>();
  CLI::App* sign_command = genesis->add_subcommand("sign", "read the draft, compare the words, and sign it");
  add_home_option(*sign_command, signing->person);
  add_yes_option(*sign_command, signing->person);
  sign_command->add_option("DRAFT", signing->draft, "the draft; the signature is added to it")->required();
  sign_command->footer("Example: strongroom genesis sign genesis.draft");
  sign_command->callback([=, &run] { run = [=] { return sign(*signing); }; });

  const auto finishing = std::make_shared<FinishCommand>();
  CLI::App* finish_command =
      genesis->add_subcommand("finish", "check that all trustees signed; write roster and card");
  finish_command->add_option("DRAFT", finishing->draft, "the draft, signed by all")->required();
  finish_command->add_option("--server", finishing->server, "HOST:PORT of the service listener")->required();
  finish_command->add_option("--out-roster", finishing->out_roster, "for strongroomd adopt")->required();
  finish_command->add_option("--out-card", finishing->out_card, "for everybody who joins")->required();
  finish_command->footer(
      "Example: strongroom genesis finish genesis.draft --server archive.example:8443 \\\n"
      "  --out-roster genesis.roster --out-card archive.card");
  finish_command->callback([=, &run] { run = [=] { return finish(*finishing); }; });
}

}  // namespace strongroom::person
