/// What every command starts with: the person's home, its keystore, and the archive it belongs to.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crypto/signature.h"
#include "crypto/xwing.h"
#include "grant/session.h"
#include "keystore/keystore.h"
#include "platform/clock.h"
#include "platform/entropy.h"
#include "platform/file_system.h"
#include "replica/card.h"
#include "replica/replica.h"
#include "roster/member_card.h"
#include "wire/tls.h"

namespace strongroom::person {

enum class Form { text, json };
enum class Asking { ask, assume_yes };

struct PersonOptions {
  std::string home, passphrase_file;
  Form form = Form::text;
  Asking asking = Asking::ask;
};
/// --home and --passphrase-file; --json and --yes where a command has a use for them.
void add_home_option(CLI::App& command, PersonOptions& options);
void add_json_option(CLI::App& command, PersonOptions& options);
void add_yes_option(CLI::App& command, PersonOptions& options);

/// "yes" typed at the terminal, or assumed. `refused` otherwise, also where there is no terminal.
Result<void> confirm(const PersonOptions& options, std::string_view question);

/// The connection and the refreshed copy of the register.
struct Archive {
  replica::Card card;
  replica::ArchiveClient server;
  replica::Replica replica;
  grant::Session session() { return {server, replica}; }
};

/// One person with an open keystore. One thread.
class Person {
 public:
  /// Makes a keystore with fresh keys and the member card beside it; `conflict` if there is one.
  static Result<Person> create(const PersonOptions& options, const std::string& name,
                               const crypto::Argon2Cost& cost);
  static Result<Person> open(const PersonOptions& options);

  platform::FileSystem& files() const { return *files_; }
  platform::Entropy& entropy() const { return *entropy_; }
  platform::Clock& clock() const { return *clock_; }
  std::uint64_t now_s() const { return clock_->now_ms() / 1000; }
  keystore::Keystore& keys() { return *keys_; }
  const keystore::Keystore& keys() const { return *keys_; }
  const crypto::SigningKey& signing() const { return *signing_; }
  /// Asks for the new one as `options` say (terminal or file) and saves.
  Result<void> change_passphrase(const PersonOptions& options);
  Result<Secret<32>> seed(const std::string& name) const;
  Result<crypto::xwing::PrivateKey> mail() const;
  std::string path(std::string_view name) const { return options_.home + "/" + std::string(name); }
  const PersonOptions& options() const { return options_; }

  /// Connects and refreshes. `not_found` with a hint if this person has not joined.
  Result<Archive> connect() const;
  /// Without the server: what was accepted last.
  Result<replica::Replica> last_seen() const;
  /// Me on the roster in force; `refused` if my key is not on it.
  Result<const roster::Member*> me(const replica::Replica& replica) const;
  /// The same, and in this role.
  Result<const roster::Member*> me_as(const replica::Replica& replica, roster::Role role) const;

  /// Names of members (people) and custodians (devices), as far as this person was given them.
  roster::NameList names() const;
  std::string name_of(const replica::Replica& replica, roster::MemberId id) const;
  Result<std::vector<roster::DirectoryEntry>> directory(const replica::Replica& replica) const;
  Result<std::map<envelope::DeviceId, std::string>> custodians(const replica::Replica& replica) const;

 private:
  explicit Person(const PersonOptions& options);
  Result<void> take_keys();
  Result<replica::Card> card() const;

  PersonOptions options_;
  std::unique_ptr<platform::FileSystem> files_;
  std::unique_ptr<platform::Entropy> entropy_;
  std::unique_ptr<platform::Clock> clock_;
  std::optional<keystore::Keystore> keys_;
  std::optional<crypto::SigningKey> signing_;
};

}  // namespace strongroom::person
