// The server. It keeps what devices seal and what the register says, and can open none of it.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "archive/data_directory.h"
#include "backup_commands.h"
#include "codec/text.h"
#include "command_line/parse.h"
#include "platform/directory_lock.h"
#include "platform/hardening.h"
#include "serve.h"

namespace strongroom::server {
namespace {

Result<void> init(const std::string& data, std::string origin) {
  const auto files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  TRY(files->make_directories(data));
  const auto lock = TRY(platform::acquire_directory_lock(data));
  if (origin.empty()) origin = "strongroom.invalid/" + codec::hex(entropy.array<8>());
  const archive::ServerNames names = TRY(archive::DataDirectory(*files, data).init(origin, entropy));
  fmt::print("{}\n", to_json(names));
  return {};
}

Result<void> names(const std::string& data) {
  const auto files = platform::make_posix_file_system();
  fmt::print("{}\n", to_json(TRY(archive::DataDirectory(*files, data).keys()).names()));
  return {};
}

Result<void> adopt(const std::string& data, const std::string& genesis) {
  const auto files = platform::make_posix_file_system();
  const auto hook = platform::make_step_hook();
  const auto lock = TRY(platform::acquire_directory_lock(data));
  const Bytes object = TRY(files->read(genesis, roster::kRosterBytesMax));
  const Hash256 archive_id = TRY(archive::DataDirectory(*files, data).adopt(object, *hook));
  fmt::print("{{\"adopted\": true, \"archive\": \"{}\", \"words\": \"{}\"}}\n", codec::hex(archive_id),
             roster::words_of(archive_id));
  return {};
}

int report(const Result<void>& result) {
  if (result) return 0;
  fmt::print(stderr, "strongroomd: {}\n", result.error().to_string());
  return 1;
}

int run(int argc, char** argv) {
  CLI::App app{
      "Strongroom's server: keeps sealed entries and the two ledgers; holds no key that opens anything.",
      "strongroomd"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "0.1.0");
  std::string data, origin, genesis;
  ServeOptions options;

  CLI::App* init_command =
      app.add_subcommand("init", "make the server's own keys; prints what a genesis needs (JSON)");
  init_command->add_option("--data", data, "data directory, made if it is not there")->required();
  init_command->add_option("--origin", origin,
                           "name of the ledgers, like archive.example.org (default: random)");

  CLI::App* names_command = app.add_subcommand("names", "print again what init printed");
  names_command->add_option("--data", data, "data directory")->required();

  CLI::App* adopt_command = app.add_subcommand("adopt", "take a signed genesis and open both ledgers, once");
  adopt_command->add_option("--data", data, "data directory")->required();
  adopt_command->add_option("--genesis", genesis, "the genesis roster, signed by all trustees")->required();

  CLI::App* serve_command =
      app.add_subcommand("serve", "serve until SIGTERM; prints one JSON line when ready");
  serve_command->add_option("--data", options.data, "data directory")->required();
  serve_command->add_option("--listen", options.listen, "HOST:PORT for devices and members (TLS)")
      ->required();
  serve_command->add_option("--public", options.public_listen, "HOST:PORT for checkpoints and tiles (HTTP)")
      ->required();
  serve_command->add_option("--witness", options.witnesses, "NAME=URL of a witness of the roster's policy");
  serve_command->add_option("--lost-witness", options.lost_witnesses,
                            "name of a witness that is lost for good: after a restore it is not waited for");
  serve_command->add_option("--cross-every", options.cross_every_s, "seconds between cross leaves")
      ->capture_default_str();
  serve_command->add_option("--threads", options.threads, "threads for connections, and as many workers")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));

  BackupCommands backups;
  backups.add_to(app);

  if (const auto ended = command_line::parse(app, argc, argv)) return *ended;
  if (const Result<void> hardened = platform::harden_process(); !hardened) return report(hardened);
  if (init_command->parsed()) return report(init(data, origin));
  if (names_command->parsed()) return report(names(data));
  if (adopt_command->parsed()) return report(adopt(data, genesis));
  if (serve_command->parsed()) return report(serve(options));
  return backups.run();
}

}  // namespace
}  // namespace strongroom::server

int main(int argc, char** argv) { return strongroom::server::run(argc, argv); }
