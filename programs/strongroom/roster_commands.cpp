// roster show, draft, sign, enter: the roster after the one in force, signed by k of the governing quorum
// (protocol §2.3).
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "next_roster.h"
#include "person.h"
#include "roster/sealing_keys.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct DraftNext {
  PersonOptions person;
  ChangeRequest change;
  std::string out;
};
struct DraftFile {
  PersonOptions person;
  std::string draft;
};

/// A draft that follows the roster in force; its signatures are not looked at.
Result<roster::Roster> read_next(const roster::SignedRoster& before, BytesView object) {
  const auto draft = TRY(envelope::decode_object(object, roster::kRosterLabel, roster::kRosterBytesMax));
  roster::Roster next = TRY(roster::decode_roster(draft.content));
  TRY(roster::check(next));
  if (next.previous != before.hash || next.number != before.roster.number + 1)
    return fail(ErrorCode::conflict, "the draft does not follow the roster in force", {},
                "draft it again; another roster has come into force since, or this is of another archive");
  return next;
}

Result<void> show(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  const Archive archive = TRY(person.connect());
  const roster::Roster& roster = TRY(archive.replica.roster())->roster;
  fmt::print("Roster number {}, valid until {}\n\n", roster.number,
             envelope::day_name(static_cast<std::uint32_t>(roster.expires_s / 86400)));
  for (const roster::Member& member : roster.members)
    fmt::print("  {:>3}  {:<30} {}\n", member.id, roster::shown_name(person.names(), member),
               roles_text(member));
  fmt::print("\n  {} of {} trustees must act together\n", roster.quorums.front().k,
             roster.quorums.front().positions.size());
  for (const envelope::DeviceId& id : roster.canaries)
    fmt::print("  device {} seals a canary in every lot\n", codec::hex(id));
  return {};
}

Result<void> draft(const DraftNext& asked) {
  const Person person = TRY(Person::open(asked.person));
  const Archive archive = TRY(person.connect());
  const Draft made = TRY(make_next(archive.replica.state(), person.names(), asked.change, person.now_s()));
  TRY(person.files().write_durable(asked.out, roster::sign_roster(made.roster, {})));
  TRY(write_names_beside(person.files(), asked.out, made.names));
  const roster::Roster& before = archive.replica.state().current_roster()->roster;
  fmt::print("{}\n{} trustees sign {} on their own machines with 'strongroom roster sign'.\n",
             changes_text(before, made.roster, made.names), before.quorums.front().k, asked.out);
  return {};
}

Result<void> sign(const DraftFile& asked) {
  const Person person = TRY(Person::open(asked.person));
  const Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::trustee))->id;
  const roster::SignedRoster& before = *archive.replica.state().current_roster();
  const Bytes object = TRY(person.files().read(asked.draft, roster::kRosterBytesMax));
  const roster::Roster next = TRY_IN(asked.draft, read_next(before, object));
  fmt::print("{}\nCompare new members' key words aloud.\n",
             changes_text(before.roster, next, names_beside(person.files(), asked.draft)));
  TRY(confirm(asked.person, "Do you sign this?"));
  TRY(person.files().write_durable(asked.draft,
                                   TRY(roster::add_roster_signature(object, {me, person.signing()}))));
  fmt::print("Signed.\n");
  return {};
}

Result<void> enter(const DraftFile& asked) {
  const Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const Bytes object = TRY(person.files().read(asked.draft, roster::kRosterBytesMax));
  const roster::Roster before = archive.replica.state().current_roster()->roster;
  const roster::SignedRoster next =
      TRY_IN(asked.draft, roster::open_successor(object, *archive.replica.state().current_roster()));
  const std::uint64_t leaf =
      TRY(grant::enter(archive.session(), envelope::RegisterType::roster, object, "the roster"));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"number\": {}, \"leaf\": {}}}\n", next.roster.number, leaf);
    return {};
  }
  fmt::print("Roster number {} is in force (register leaf {}).\n", next.roster.number, leaf);
  std::string publish;
  for (const roster::MemberId id : who_must_publish(before, next.roster))
    publish += fmt::format("  {}\n", roster::shown_name(names_beside(person.files(), asked.draft),
                                                        *roster::find_member(next.roster, id)));
  if (!publish.empty())
    fmt::print("{} until these have run 'strongroom lots publish':\n{}",
               roster::may_go_on_under(before, next.roster)
                   ? "Devices seal under the roster before, and raise an alarm,"
                   : "So many trustees have left that no device can open a folder",
               publish);
  fmt::print(
      "Requests and invitations under the roster before are made anew. An officer runs 'strongroom device "
      "directory'.\n"
      "For names on screens, {}.names replaces the card's file of names, and everybody runs 'strongroom "
      "join' "
      "again.\n",
      asked.draft);
  return {};
}

void add_draft(CLI::App& parent, Run& run) {
  const auto asked = std::make_shared<DraftNext>();
  CLI::App* command = parent.add_subcommand("draft", "the roster in force with these changes");
  add_home_option(*command, asked->person);
  ChangeRequest& change = asked->change;
  command->add_option("--add", change.add, "FILE=trustee[,officer...]: a member card and its roles");
  command->add_option("--remove", change.remove, "number of a member who leaves");
  command->add_option("--roles", change.roles, "ID=role[,role...]: what a member is from now on");
  command->add_option(
      "--canary", change.add_canaries,
      "id of an enrolled device, or its beginning: it seals a canary in every lot, for drills");
  command->add_option("--no-canary", change.remove_canaries, "id of a device that is to do so no more");
  command->add_option("--k", change.k, "how many trustees must act together");
  command
      ->add_option("--cooling-off", change.cooling_off_hours,
                   "hours that a request waits before it may be granted")
      ->check(CLI::Range(0, 2160));
  command->add_option("--days", change.days, "validity of the roster")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command->add_option("--out", asked->out, "the draft; a file of names is written beside it")->required();
  command->footer("Example: strongroom roster draft --add eva.member=reader --remove 6 --out next.roster");
  command->callback([=, &run] { run = [=] { return draft(*asked); }; });
}

}  // namespace

void add_roster_commands(CLI::App& app, Run& run) {
  CLI::App* parent = app.add_subcommand("roster", "who is who: the roster in force, and the next one");
  parent->require_subcommand(1);

  const auto showing = std::make_shared<PersonOptions>();
  CLI::App* show_command = parent->add_subcommand("show", "members, their numbers and roles");
  add_home_option(*show_command, *showing);
  show_command->footer("Example: strongroom roster show");
  show_command->callback([=, &run] { run = [=] { return show(*showing); }; });

  add_draft(*parent, run);

  const auto signing = std::make_shared<DraftFile>();
  CLI::App* sign_command = parent->add_subcommand("sign", "read what changes, and sign it (trustee)");
  add_home_option(*sign_command, signing->person);
  add_yes_option(*sign_command, signing->person);
  sign_command->add_option("DRAFT", signing->draft, "the draft; the signature is added to it")->required();
  sign_command->footer("Example: strongroom roster sign next.roster");
  sign_command->callback([=, &run] { run = [=] { return sign(*signing); }; });

  const auto entering = std::make_shared<DraftFile>();
  CLI::App* enter_command = parent->add_subcommand("enter", "put a signed roster into force");
  add_home_option(*enter_command, entering->person);
  add_json_option(*enter_command, entering->person);
  enter_command->add_option("DRAFT", entering->draft, "the draft, signed by enough trustees")->required();
  enter_command->footer("Example: strongroom roster enter next.roster");
  enter_command->callback([=, &run] { run = [=] { return enter(*entering); }; });
}

}  // namespace strongroom::person
