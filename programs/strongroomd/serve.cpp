#include "serve.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "archive/service.h"
#include "codec/text.h"
#include "platform/directory_lock.h"
#include "platform/hardening.h"
#include "platform/server_cage.h"
#include "platform/stop_signal.h"

namespace strongroom::server {
namespace {

constexpr std::uint64_t kBodiesInFlightMax = 64ull << 20;
constexpr std::chrono::minutes kLookForSilenceEvery{1};
constexpr std::chrono::seconds kWitnessesAtStart{5};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::malformed, "an address is HOST:PORT", std::string(text),
                "for example 127.0.0.1:8443");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Endpoint{std::string(host),
                  static_cast<std::uint16_t>(TRY(codec::from_decimal(text.substr(colon + 1), 65535)))};
}

Result<std::map<std::string, std::string>> parse_witnesses(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> out;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::malformed, "a witness is given as NAME=URL", text,
                  "NAME is its name in the roster's witness policy");
    }
    out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

/// Open files that are not connections: the data, the catalogue, the witnesses.
constexpr std::size_t kOwnDescriptors = 256, kConnectionsLeast = 32;

/// Connections of each of the two listeners, so that no crowd can take the descriptors of what is written.
Result<std::size_t> connections_each() {
  const std::size_t descriptors = TRY(platform::raise_descriptor_limit());
  if (descriptors < kOwnDescriptors + 2 * kConnectionsLeast)
    return fail(ErrorCode::refused, fmt::format("this program may open {} files only", descriptors),
                "RLIMIT_NOFILE",
                fmt::format("allow at least {} (ulimit -n; LimitNOFILE of systemd)",
                            kOwnDescriptors + 2 * kConnectionsLeast));
  return std::min((descriptors - kOwnDescriptors) / 2, wire::ServerConfig{}.connections_max);
}

wire::ServerConfig listener(const Endpoint& endpoint, unsigned threads, std::size_t connections) {
  wire::ServerConfig config;
  config.connections_max = connections;
  config.address = endpoint.address;
  config.port = endpoint.port;
  config.threads = threads;
  config.limits.body_bytes_max = 17u << 20;
  config.body_bytes_in_flight_max = kBodiesInFlightMax;
  return config;
}

void warn(const Error& error) { fmt::print(stderr, "strongroomd: {}\n", error.to_string()); }

/// Protocol §3.9: one line when a device falls silent, one when it is heard again. Its pseudonym, never a name.
void look_for_silence(archive::Archive& archive) {
  const auto changed = archive.look_for_silence();
  if (!changed) return warn(changed.error());
  for (const archive::DeviceStanding& device : *changed) {
    const std::string who = codec::hex(device.device);
    if (device.hearing == archive::Hearing::silent) {
      fmt::print(stderr, "strongroomd: SILENT: device {} was last heard at {:%Y-%m-%d %H:%M:%S} UTC\n", who,
                 fmt::gmtime(static_cast<std::time_t>(device.heard_ms / 1000)));
    } else {
      fmt::print(stderr, "strongroomd: device {} is no longer silent: {}\n", who, name_of(device.hearing));
    }
  }
}

/// Protocol §4.2: what is on the disk, or who we are, is in doubt. Nothing is tidied up.
[[noreturn]] void stop_now(const Error& error) {
  fmt::print(stderr, "strongroomd: STOPPED: {}\n", error.to_string());
  std::fflush(stderr);
  std::_Exit(3);
}

}  // namespace

Result<void> serve(const ServeOptions& options, const Between& between) {
  const Endpoint service_at = TRY(parse_endpoint(options.listen));
  const Endpoint public_at = TRY(parse_endpoint(options.public_listen));
  const std::size_t connections = TRY(connections_each());
  const auto stop_signal = TRY(platform::StopSignal::install());
  const auto lock = TRY(platform::acquire_directory_lock(options.data));
  // Before there are threads. A new roster may name new witnesses at any time, so connections go anywhere.
  const auto confined = TRY(platform::confine_server(
      {options.data, {service_at.port, public_at.port}, platform::Connections::anywhere}));
  fmt::print(stderr, "strongroomd: {}\n", confined.sentence());
  const auto files = platform::make_posix_file_system();
  const auto hook = platform::make_step_hook();
  const auto transport = archive::make_http_witness_transport();
  platform::SystemClock clock;
  archive::ArchiveConfig config;
  config.data = options.data;
  config.witness_urls = TRY(parse_witnesses(options.witnesses));
  config.lost_witnesses = options.lost_witnesses;
  config.heeding = options.heeding;
  config.cross_every_ms = options.cross_every_s * 1000;
  const archive::Surroundings around{files.get(), hook.get(), &clock, transport.get(), warn, stop_now};
  const auto open = TRY(archive::Archive::open(config, around));
  const archive::ServerKeys keys = TRY(archive::DataDirectory(*files, options.data).keys());
  open->start();
  open->wait_for_witnesses(kWitnessesAtStart);
  if (const Result<void> may = open->may_take(); !may) warn(may.error());
  archive::Service service(*open, clock, options.threads);
  const auto secured = TRY(wire::Server::start(
      listener(service_at, options.threads, connections), keys.identity,
      [&service](const wire::RequestHead& head) { return service.admit(head); },
      between([&service](wire::Request request, wire::Respond respond) {
        service.handle(std::move(request), std::move(respond));
      })));
  const auto open_to_all = TRY(wire::Server::start_public(
      listener(public_at, 1, connections), [&service](wire::Request request, wire::Respond respond) {
        service.handle_public(std::move(request), std::move(respond));
      }));
  fmt::print("{{\"ready\": true, \"listen\": \"{}\", \"public\": \"{}\", \"server_pin\": \"{}\"}}\n",
             secured->address(), open_to_all->address(), codec::hex(keys.identity.pin()));
  std::fflush(stdout);
  do {
    look_for_silence(*open);
  } while (!stop_signal->wait_for(kLookForSilenceEvery));
  open_to_all->stop();
  secured->stop();
  service.stop();
  open->stop();
  return {};
}

}  // namespace strongroom::server
