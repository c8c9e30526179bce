// join: take the archive card that was handed over, compare its words, and read the register for the first time.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "person.h"

namespace strongroom::person {
namespace {

struct JoinCommand {
  PersonOptions person;
  std::string card;
};

Result<void> take_card(const Person& person, const std::string& path) {
  const Bytes text = TRY(person.files().read(path, 1u << 20));
  const replica::Card card = TRY_IN(path, replica::parse_card(text_of(text)));
  const std::string own = person.path("card");
  if (TRY(person.files().exists(own))) {
    const Bytes before = TRY(person.files().read(own, 1u << 20));
    if (TRY_IN(own, replica::parse_card(text_of(before))).archive != card.archive)
      return fail(ErrorCode::conflict, "this home belongs to another archive", own,
                  "use another --home for this one");
  }
  if (person.options().form == Form::text)
    fmt::print(
        "archive  {}\nserver   {}\nThe words must be those that the people of the genesis read aloud.\n",
        roster::words_of(card.archive), card.server);
  TRY(confirm(person.options(), "Are they the same?"));
  TRY(person.files().write_durable(own, text));
  if (const auto names = person.files().read(path + ".names", 1u << 20);
      names && roster::parse_names(text_of(*names)))
    TRY(person.files().write_durable(person.path("names"), *names));
  return {};
}

Result<void> join(const JoinCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  TRY(take_card(person, asked.card));
  const Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me(archive.replica));
  std::vector<std::string_view> roles;
  for (const roster::Role role : me->roles) roles.push_back(roster::name_of(role));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"archive\": {}, \"words\": {}, \"member\": {}, \"roles\": [\"{}\"], \"register\": {}}}\n",
               codec::json_string(codec::hex(archive.card.archive)),
               codec::json_string(roster::words_of(archive.card.archive)), me->id, fmt::join(roles, "\", \""),
               archive.replica.leaves().size());
  } else {
    fmt::print("Joined as {}: {}. The register has {}, all checked.\n",
               person.name_of(archive.replica, me->id), fmt::join(roles, ", "),
               counted(archive.replica.leaves().size(), "entry"));
  }
  return {};
}

}  // namespace

void add_join_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<JoinCommand>();
  CLI::App* command = app.add_subcommand("join", "belong to the archive whose card you were handed");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("CARD", asked->card, "the archive card")->required()->check(CLI::ExistingFile);
  command->footer("Example: strongroom join archive.card");
  command->callback([=, &run] { run = [=] { return join(*asked); }; });
}

}  // namespace strongroom::person
