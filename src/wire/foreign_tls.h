/// TLS with somebody who may be anybody, to see what they speak: old versions are let happen, no certificate is
/// believed, nothing of ours is sent. Never for our own talk (client.h). Implemented in openssl_foreign_tls.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "wire/tls.h"

namespace strongroom::wire {

/// The newest version that is offered; below it everything down to TLS 1.0, with every cipher of this OpenSSL.
enum class NewestTls { tls13, tls12, tls11 };

/// What a finished handshake showed.
struct ForeignTlsSeen {
  std::string version;  ///< "TLSv1.3"
  std::string group;  ///< key agreement; empty if the version or cipher has none
  std::string cipher;
  std::optional<Pin> pin;  ///< of the certificate's key
  std::optional<std::int64_t> ends_s;  ///< when the certificate expires, seconds since 1970
};

/// How bytes travel; borrowed for as long as the ForeignTls lives. `receive` gives at most so many, none at the end.
struct ForeignTransport {
  std::function<Result<void>(BytesView)> send;
  std::function<Result<Bytes>(std::size_t)> receive;
};

/// One connection; one thread.
class ForeignTls {
 public:
  /// `unsupported` if the other side does not speak TLS, or none of these versions; errors of the transport as they
  /// are. `host` is sent as the server name unless it is empty or a number.
  static Result<ForeignTls> handshake(NewestTls newest, const std::string& host, ForeignTransport transport);
  ~ForeignTls();
  ForeignTls(ForeignTls&&) noexcept;
  ForeignTls& operator=(ForeignTls&&) noexcept;

  const ForeignTlsSeen& seen() const;
  Result<void> send(BytesView bytes);
  /// At least one byte, or none at the end.
  Result<Bytes> receive(std::size_t bytes_max);

 private:
  struct State;
  explicit ForeignTls(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::wire
