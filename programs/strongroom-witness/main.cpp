// A witness: sees checkpoints only, and refuses to cosign a ledger that was forked or set back.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>

#include "codec/text.h"
#include "command_line/parse.h"
#include "platform/directory_lock.h"
#include "platform/hardening.h"
#include "platform/server_cage.h"
#include "platform/stop_signal.h"
#include "witness/witness_service.h"

namespace strongroom::witness {
namespace {

Result<void> init(const std::string& data, const std::string& name) {
  const auto files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  TRY(files->make_directories(data));
  const auto lock = TRY(platform::acquire_directory_lock(data));
  const ledger::VerifierKey vkey = TRY(WitnessDirectory(*files, data).init(name, entropy));
  fmt::print("{{\"name\": \"{}\", \"vkey\": \"{}\"}}\n", vkey.name, format_vkey(vkey));
  return {};
}

Result<void> add_log(const std::string& data, const std::string& vkey) {
  const auto files = platform::make_posix_file_system();
  const auto lock = TRY(platform::acquire_directory_lock(data));
  const ledger::VerifierKey log = TRY(ledger::parse_vkey(vkey));
  TRY(WitnessDirectory(*files, data).add_log(log));
  fmt::print("{{\"watching\": \"{}\"}}\n", log.name);
  return {};
}

/// A state that could not be made durable: the answer must not leave.
[[noreturn]] void stop_now(const Error& error) {
  fmt::print(stderr, "strongroom-witness: STOPPED: {}\n", error.to_string());
  std::fflush(stderr);
  std::_Exit(3);
}

Result<void> serve_until_stopped(const std::string& data, const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return fail(ErrorCode::malformed, "an address is HOST:PORT", listen);
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = static_cast<std::uint16_t>(TRY(codec::from_decimal(listen.substr(colon + 1), 65535)));
  const auto stop_signal = TRY(platform::StopSignal::install());
  const auto files = platform::make_posix_file_system();
  const auto hook = platform::make_step_hook();
  const auto lock = TRY(platform::acquire_directory_lock(data));
  // Before there are threads.
  const auto confined = TRY(platform::confine_server({data, {port}, platform::Connections::none}));
  fmt::print(stderr, "strongroom-witness: {}\n", confined.sentence());
  platform::SystemClock clock;
  const auto witness = TRY(Witness::open(WitnessDirectory(*files, data), clock, *hook));
  const auto server = TRY(serve(*witness, host, port, stop_now));
  fmt::print("{{\"ready\": true, \"listen\": \"{}\", \"url\": \"http://{}\", \"vkey\": \"{}\"}}\n",
             server->address(), server->address(), format_vkey(witness->vkey()));
  std::fflush(stdout);
  stop_signal->wait();
  server->stop();
  return {};
}

int report(const Result<void>& result) {
  if (result) return 0;
  fmt::print(stderr, "strongroom-witness: {}\n", result.error().to_string());
  return 1;
}

int run(int argc, char** argv) {
  CLI::App app{"A witness (C2SP tlog-witness): cosigns checkpoints of the logs it watches, and no fork.",
               "strongroom-witness"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "0.1.0");
  std::string data, name, vkey, listen;

  CLI::App* init_command = app.add_subcommand("init", "make this witness's key; prints its vkey (JSON)");
  init_command->add_option("--data", data, "data directory, made if it is not there")->required();
  init_command->add_option("--name", name, "key name, like witness.example.org/1")->required();

  CLI::App* add_command = app.add_subcommand("add-log", "watch one more log, from its beginning");
  add_command->add_option("--data", data, "data directory")->required();
  add_command->add_option("--vkey", vkey, "the log's verifier key; its name is the origin")->required();

  CLI::App* serve_command =
      app.add_subcommand("serve", "serve until SIGTERM; prints one JSON line when ready");
  serve_command->add_option("--data", data, "data directory")->required();
  serve_command->add_option("--listen", listen, "HOST:PORT (HTTP)")->required();

  if (const auto ended = command_line::parse(app, argc, argv)) return *ended;
  if (const Result<void> hardened = platform::harden_process(); !hardened) return report(hardened);
  if (init_command->parsed()) return report(init(data, name));
  if (add_command->parsed()) return report(add_log(data, vkey));
  return report(serve_until_stopped(data, listen));
}

}  // namespace
}  // namespace strongroom::witness

int main(int argc, char** argv) { return strongroom::witness::run(argc, argv); }
