#include "person.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "envelope/object.h"
#include "grant/key_names.h"
#include "platform/passphrase_source.h"
#include "roster/request_open.h"

namespace strongroom::person {
namespace {

constexpr std::uint64_t kSmallFileBytesMax = 1u << 20;

std::string default_home() {
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.strongroom";
}

platform::PassphraseSource passphrase_source(const PersonOptions& options) {
  if (!options.passphrase_file.empty()) return platform::FromFile{options.passphrase_file};
  return platform::FromTerminal{fmt::format("Passphrase of {}: ", options.home)};
}

}  // namespace

void add_home_option(CLI::App& command, PersonOptions& options) {
  options.home = default_home();
  command.add_option("--home", options.home, "the person's directory")->capture_default_str();
  command.add_option("--passphrase-file", options.passphrase_file,
                     "a file only you can read, instead of the terminal");
}
void add_json_option(CLI::App& command, PersonOptions& options) {
  command.add_flag_callback("--json", [&options] { options.form = Form::json; }, "answer as JSON");
}
void add_yes_option(CLI::App& command, PersonOptions& options) {
  command.add_flag_callback(
      "--yes", [&options] { options.asking = Asking::assume_yes; },
      "do not ask; for scripts, never for a person's decision");
}

Result<void> confirm(const PersonOptions& options, std::string_view question) {
  if (options.asking == Asking::assume_yes) return {};
  if (::isatty(STDIN_FILENO) == 0)
    return fail(ErrorCode::refused, "nobody is at a terminal to confirm this", {},
                "run it in a terminal, or give --yes");
  fmt::print(stderr, "{} Type yes: ", question);
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "yes") return fail(ErrorCode::refused, "not confirmed; nothing was done");
  return {};
}

Person::Person(const PersonOptions& options)
    : options_(options),
      files_(platform::make_posix_file_system()),
      entropy_(std::make_unique<platform::SystemEntropy>()),
      clock_(std::make_unique<platform::SystemClock>()) {}

Result<Person> Person::create(const PersonOptions& options, const std::string& name,
                              const crypto::Argon2Cost& cost) {
  Person person(options);
  TRY(person.files_->make_directories(options.home));
  if (TRY(person.files_->exists(person.path("keystore"))))
    return fail(ErrorCode::conflict, "there is a keystore already", person.path("keystore"),
                "choose another --home; a keystore is never overwritten");
  roster::MemberCard card;
  card.name = name;
  card.salt = person.entropy_->array<16>();
  // What will be read must be writable: refuse a bad name before any key is made.
  TRY(roster::parse_names(roster::format_names({{1, {card.salt, name}}})));
  const SecretBytes passphrase = TRY(platform::read_new_passphrase(passphrase_source(options)));
  person.keys_.emplace(
      TRY(keystore::Keystore::create(TRY(keystore::Guard::claim()), *person.files_, *person.entropy_,
                                     person.path("keystore"), passphrase, cost)));
  for (const char* key : {grant::kEd25519Name, grant::kMlDsaName, grant::kMailName, grant::kTlsName}) {
    const Secret<32> seed = person.entropy_->secret<32>();
    TRY(person.keys_->put(key, SecretBytes::copy_of(seed.reveal())));
  }
  TRY(person.keys_->save());
  TRY(person.take_keys());
  card.signing = person.signing_->public_half();
  card.mail = crypto::xwing::public_from_seed(TRY(person.seed(grant::kMailName)));
  card.tls_pin = TRY(wire::Identity::from_seed(TRY(person.seed(grant::kTlsName)))).pin();
  TRY(person.files_->write_durable(person.path("member"), bytes_of(roster::format_member_card(card))));
  return person;
}

Result<Person> Person::open(const PersonOptions& options) {
  Person person(options);
  if (!TRY(person.files_->exists(person.path("keystore"))))
    return fail(ErrorCode::not_found, "there is no keystore", person.path("keystore"),
                "make one with 'strongroom key new', or give --home");
  const SecretBytes passphrase = TRY(platform::read_passphrase(passphrase_source(options)));
  person.keys_.emplace(TRY(keystore::Keystore::open(TRY(keystore::Guard::claim()), *person.files_,
                                                    *person.entropy_, person.path("keystore"), passphrase)));
  TRY(person.take_keys());
  return person;
}

Result<void> Person::change_passphrase(const PersonOptions& options) {
  const SecretBytes passphrase = TRY(platform::read_new_passphrase(passphrase_source(options)));
  TRY(keys_->change_passphrase(keys_->slots().front().number, passphrase));
  return keys_->save();
}

Result<void> Person::take_keys() {
  const Secret<32> ed25519 = TRY(seed(grant::kEd25519Name));
  const Secret<32> ml_dsa = TRY(seed(grant::kMlDsaName));
  signing_.emplace(crypto::SigningKey::from_seeds(ed25519, SecretBytes::copy_of(ml_dsa.reveal())));
  return {};
}

Result<Secret<32>> Person::seed(const std::string& name) const {
  const SecretBytes* secret = TRY_IN("keystore", keys_->get(name));
  if (secret->size() != 32) return fail(ErrorCode::corrupt, "a key has the wrong length", "keystore");
  return Secret<32>::copy_of(secret->reveal().first<32>());
}

Result<crypto::xwing::PrivateKey> Person::mail() const {
  return crypto::xwing::PrivateKey(TRY(seed(grant::kMailName)));
}

Result<replica::Card> Person::card() const {
  if (!TRY(files_->exists(path("card"))))
    return fail(ErrorCode::not_found, "this person has not joined an archive", path("card"),
                "run 'strongroom join CARD' with the archive card you were handed");
  const Bytes text = TRY(files_->read(path("card"), kSmallFileBytesMax));
  return TRY_IN(path("card"), replica::parse_card(text_of(text)));
}

Result<Archive> Person::connect() const {
  replica::Card known = TRY(card());
  const wire::Identity identity = TRY(wire::Identity::from_seed(TRY(seed(grant::kTlsName))));
  auto server = TRY(replica::ArchiveClient::connect(known, identity));
  auto replica = TRY(replica::Replica::open(*files_, path("replica"), known));
  Archive archive{std::move(known), std::move(server), std::move(replica)};
  TRY(grant::refresh_until(archive.session(), [](const auto&) { return true; }, "the register"));
  return archive;
}

Result<replica::Replica> Person::last_seen() const {
  return replica::Replica::open(*files_, path("replica"), TRY(card()));
}

Result<const roster::Member*> Person::me(const replica::Replica& replica) const {
  for (const roster::Member& member : TRY(replica.roster())->roster.members)
    if (member.signing == signing_->public_half()) return &member;
  return fail(ErrorCode::refused, "the roster in force does not name this person", {},
              "compare 'strongroom key show' with the roster; another archive, perhaps, or another home");
}

Result<const roster::Member*> Person::me_as(const replica::Replica& replica, roster::Role role) const {
  const roster::Member* member = TRY(me(replica));
  if (!roster::has_role(*member, role))
    return fail(ErrorCode::refused, fmt::format("this is for a member with the role {}; you have not got it",
                                                roster::name_of(role)));
  return member;
}

roster::NameList Person::names() const {
  const auto text = files_->read(path("names"), kSmallFileBytesMax);
  if (!text) return {};
  return roster::parse_names(text_of(*text)).value_or(roster::NameList{});
}

std::string Person::name_of(const replica::Replica& replica, roster::MemberId id) const {
  const auto roster = replica.roster();
  const roster::Member* member = roster ? roster::find_member((*roster)->roster, id) : nullptr;
  return member == nullptr ? fmt::format("member {}", id) : roster::shown_name(names(), *member);
}

Result<std::vector<roster::DirectoryEntry>> Person::directory(const replica::Replica& replica) const {
  const auto& all = replica.state().directories();
  if (all.empty()) return std::vector<roster::DirectoryEntry>{};
  const auto object =
      TRY(envelope::decode_object(all.back().second, roster::kDirectoryLabel, roster::kDirectoryBytesMax));
  const auto sealed = TRY(roster::decode_sealed_directory(object.content));
  const roster::MemberId id = TRY(me(replica))->id;
  for (const auto& [to, copy] : sealed.copies)
    if (to == id) return roster::open_directory_copy(copy, replica.state().archive(), TRY(mail()));
  return fail(ErrorCode::not_found, "the directory of custodians was not sealed to you", {},
              "an officer runs 'strongroom device directory'");
}

Result<std::map<envelope::DeviceId, std::string>> Person::custodians(const replica::Replica& replica) const {
  std::map<envelope::DeviceId, std::string> out;
  for (const roster::DirectoryEntry& entry : TRY(directory(replica)))
    out.emplace(entry.device, entry.custodian);
  return out;
}

}  // namespace strongroom::person
