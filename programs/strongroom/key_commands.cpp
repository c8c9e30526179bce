// key new, key show: a person's keystore and its public half.
#include <fmt/format.h>

#include "codec/json_text.h"
#include "commands.h"
#include "person.h"

namespace strongroom::person {
namespace {

struct NewKey {
  PersonOptions person;
  std::string name, cost = "normal";
  std::uint32_t memory_mib = 0;
};

Result<void> print_card(const PersonOptions& options) {
  const auto files = platform::make_posix_file_system();
  const Bytes text = TRY(files->read(options.home + "/member", 1u << 20));
  const roster::MemberCard card = TRY(roster::parse_member_card(text_of(text)));
  if (options.form == Form::json) {
    fmt::print("{{\"member_card\": {}, \"name\": {}, \"words\": {}}}\n",
               codec::json_string(options.home + "/member"), codec::json_string(card.name),
               codec::json_string(roster::words_of(card)));
  } else {
    fmt::print("{}\n  public card  {}\n  key words    {}\n", card.name, options.home + "/member",
               roster::words_of(card));
  }
  return {};
}

Result<void> new_key(const NewKey& asked) {
  crypto::Argon2Cost cost;
  if (asked.cost == "low") cost = crypto::kArgon2Least;
  if (asked.memory_mib > 0) cost.memory_kib = asked.memory_mib * 1024;
  TRY(Person::create(asked.person, asked.name, cost));
  return print_card(asked.person);
}

struct ChangePassphrase {
  PersonOptions person;
  std::string new_file;
};

Result<void> change_passphrase(const ChangePassphrase& asked) {
  Person person = TRY(Person::open(asked.person));
  PersonOptions changed = asked.person;
  changed.passphrase_file = asked.new_file;
  TRY(person.change_passphrase(changed));
  fmt::print("Changed. Copies of the old keystore still open with the old passphrase: replace them.\n");
  return {};
}

}  // namespace

void add_key_commands(CLI::App& app, Run& run) {
  CLI::App* key = app.add_subcommand("key", "this person's keys");
  key->require_subcommand(1);

  const auto asked = std::make_shared<NewKey>();
  CLI::App* fresh =
      key->add_subcommand("new", "make a keystore under a passphrase, and the public card beside it");
  add_home_option(*fresh, asked->person);
  add_json_option(*fresh, asked->person);
  fresh->add_option("--name", asked->name, "how colleagues know this person")->required();
  fresh->add_option("--cost", asked->cost, "cost of a guess at the passphrase; 'low' is for tests")
      ->check(CLI::IsMember({"normal", "low"}))
      ->capture_default_str();
  fresh->add_option("--argon-memory", asked->memory_mib, "MiB of memory for a guess (64 to 2048)")
      ->check(CLI::Range(64, 2048));
  fresh->footer("Example: strongroom key new --home ~/strongroom --name \"Ana Silva\"");
  fresh->callback([=, &run] { run = [=] { return new_key(*asked); }; });

  const auto changing = std::make_shared<ChangePassphrase>();
  CLI::App* change = key->add_subcommand("passphrase", "change the passphrase of the keystore");
  add_home_option(*change, changing->person);
  change->add_option("--new-passphrase-file", changing->new_file,
                     "a file only you can read, instead of the terminal");
  change->footer("Example: strongroom key passphrase --home ~/strongroom");
  change->callback([=, &run] { run = [=] { return change_passphrase(*changing); }; });

  const auto shown = std::make_shared<PersonOptions>();
  CLI::App* show = key->add_subcommand("show", "the public card and its words, to be read aloud");
  add_home_option(*show, *shown);
  add_json_option(*show, *shown);
  show->footer("Example: strongroom key show --home ~/strongroom");
  show->callback([=, &run] { run = [=] { return print_card(*shown); }; });
}

}  // namespace strongroom::person
