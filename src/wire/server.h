/// An HTTP/1.1 server with keep-alive: over TLS for pinned peers, and a plain read-only one for what is
/// public.
///
/// Memory is bounded: a body is read only when its whole length fits into what is left of
/// `body_bytes_in_flight_max`; until then the connection is not read, and the peer's TCP window stops it.
/// A request's share is given back when its handler has responded.
#pragma once

#include <memory>
#include <string>

#include "wire/http.h"

namespace strongroom::wire {

struct ServerTimeouts {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds idle{60'000};  ///< from a response (or the handshake) to the end of the next head
  std::chrono::milliseconds body{60'000};  ///< to read one whole body
  std::chrono::milliseconds budget{30'000};  ///< to wait for memory for a body; then 503
  std::chrono::milliseconds write{60'000};  ///< to write one whole response
  std::chrono::milliseconds drain{5'000};  ///< stop: to finish what was begun
};

struct ServerConfig {
  std::string address = "127.0.0.1";  ///< an IP address, v4 or v6
  std::uint16_t port = 0;  ///< 0: any free one, see Server::port
  unsigned threads = 2;
  std::size_t connections_max = 1024;  ///< above it new connections are closed at once
  HttpLimits limits;
  std::uint64_t body_bytes_in_flight_max = 64 * 1024 * 1024;  ///< at least limits.body_bytes_max
  ServerTimeouts timeouts;
};

/// Whether a request is let in, judged from its head, before any body is read.
struct Admission {
  unsigned refusal_status =
      0;  ///< 0: admitted; otherwise the answer (403, 404, 429...), and the end of the connection
  std::uint64_t body_bytes_max = 0;  ///< for this request; never above the configured limit
  static Admission refused(unsigned status = 403) { return {status, 0}; }
  static Admission up_to(std::uint64_t body_bytes_max) { return {0, body_bytes_max}; }
};
/// Called on the server's threads, for every request, so a revoked peer is out with its next request. Must be
/// quick.
using Admit = std::function<Admission(const RequestHead&)>;

/// Runs from `start` until `stop` or the end of its life.
class Server {
 public:
  /// TLS 1.3, X25519MLKEM768; the handshake demands a certificate, any key; `admit` judges its pin per
  /// request. `malformed` for a bad address or configuration, `io` if the port is taken.
  static Result<std::unique_ptr<Server>> start(const ServerConfig& config, const Identity& identity,
                                               Admit admit, Handler handler);
  /// Plain HTTP, GET and HEAD only, no bodies, no peer. For checkpoints and tiles (protocol §4.5).
  static Result<std::unique_ptr<Server>> start_public(const ServerConfig& config, Handler handler);
  /// Plain HTTP with bodies and no peer, for requests that prove themselves: a witness takes signed
  /// checkpoints.
  static Result<std::unique_ptr<Server>> start_plain(const ServerConfig& config, Admit admit,
                                                     Handler handler);
  ~Server();
  Server(const Server&) = delete;

  std::uint16_t port() const;
  std::string address() const;  ///< "127.0.0.1:8443", "[::1]:8443"
  /// No new connections; idle ones are closed, requests under way are answered within `timeouts.drain`; then
  /// the threads end. A Respond called after that does nothing. Not from a handler.
  void stop();

 private:
  struct Core;
  explicit Server(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace strongroom::wire
