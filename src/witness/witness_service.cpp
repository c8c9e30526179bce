#include "witness/witness_service.h"

namespace strongroom::witness {
namespace {

wire::Response response_of(const ledger::WitnessAnswer& answer) {
  wire::Response response;
  response.status = static_cast<unsigned>(answer.status);
  response.content_type = answer.content_type.empty() ? "text/plain; charset=utf-8" : answer.content_type;
  response.body = copy_of(bytes_of(answer.body));
  return response;
}

wire::Response latest_of(const Witness& witness, std::string_view target) {
  if (target.starts_with('/')) target.remove_prefix(1);
  const std::optional<std::string> checkpoint = witness.latest(target);
  if (!checkpoint) return wire::Response::text(404, "no checkpoint of this log has been cosigned\n");
  return wire::Response::binary(copy_of(bytes_of(*checkpoint)), "text/plain; charset=utf-8");
}

}  // namespace

Result<std::unique_ptr<wire::Server>> serve(Witness& witness, const std::string& address, std::uint16_t port,
                                            std::function<void(const Error&)> stop) {
  wire::ServerConfig config;
  config.address = address;
  config.port = port;
  // Requests are answered on the listener's threads: each may wait for the disk.
  config.threads = 4;
  config.connections_max = 64;
  config.limits.body_bytes_max = ledger::kAddCheckpointBytesMax;
  config.body_bytes_in_flight_max = 8u << 20;
  const wire::Admit admit = [](const wire::RequestHead& head) {
    if (head.method == wire::Method::get) return wire::Admission::up_to(0);
    if (head.method != wire::Method::post || head.target != "/add-checkpoint")
      return wire::Admission::refused(404);
    return wire::Admission::up_to(ledger::kAddCheckpointBytesMax);
  };
  return wire::Server::start_plain(
      config, admit,
      [&witness, stop = std::move(stop)](const wire::Request& request, const wire::Respond& respond) {
        if (request.method == wire::Method::get) return respond(latest_of(witness, request.target));
        const Result<ledger::WitnessAnswer> answer = witness.add_checkpoint(text_of(request.body));
        if (!answer) return stop(answer.error());
        respond(response_of(*answer));
      });
}

}  // namespace strongroom::witness
