/// Blocking HTTP/1.1 clients with keep-alive: over TLS to a pinned server, and plain GET from a public
/// listener.
#pragma once

#include <memory>
#include <string>

#include "wire/http.h"

namespace strongroom::wire {

struct ClientConfig {
  /// Host name or IP address; a name only finds the machine, the pin says whether it is the right one.
  std::string address;
  std::uint16_t port = 0;
  std::chrono::milliseconds connect_timeout{10'000};  ///< each address tried, and the handshake
  std::chrono::milliseconds exchange_timeout{60'000};  ///< one request and its whole response
  HttpLimits limits{.header_bytes_max = 16 * 1024, .body_bytes_max = 16 * 1024 * 1024};  ///< of responses
};

/// One connection, one request at a time; used by one thread at a time.
class Client {
 public:
  /// Connects and proves both identities. `unavailable` if refused or timed out; `unauthenticated` if the
  /// server's key is not pinned (the error names the pin it presented) or the server did not accept TLS as we
  /// speak it.
  static Result<Client> connect(const ClientConfig& config, const Identity& identity, const PinSet& server);
  /// Plain HTTP: GET from a public listener, and checkpoints to a witness.
  static Result<Client> connect_public(const ClientConfig& config);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Any status is a Response. A kept connection that turns out to be dead is replaced once and the request
  /// sent again, so requests must be safe to repeat (ours are: protocol §4.1). `unavailable` if the
  /// connection is lost or the time is over; `limit_exceeded` if the response is too large.
  Result<Response> exchange(const Request& request);
  Result<Response> get(std::string target);
  Result<Response> post(std::string target, Bytes body,
                        std::string content_type = "application/octet-stream");

  /// "TLSv1.3 X25519MLKEM768 TLS_AES_256_GCM_SHA384"; empty for plain HTTP or when not connected.
  std::string connection_description() const;

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::wire
