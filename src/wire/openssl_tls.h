/// TLS contexts as this product wants them, without OpenSSL's headers. For the implementation files of this
/// room.
///
/// Every context: TLS 1.3 only, group X25519MLKEM768 only, TLS_AES_256_GCM_SHA384 only, Ed25519 signatures
/// only; no tickets, no resumption, no early data, no compression, no renegotiation (protocol §1.7).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "wire/tls.h"

struct ssl_ctx_st;  // SSL_CTX
struct ssl_st;  // SSL

namespace strongroom::wire {

struct FreeTlsContext {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

/// Demands a certificate of the client; any key is let in, and judged by its pin afterwards.
Result<TlsContext> make_server_context(const Identity& identity);

/// Which server a client context accepts, and what it was shown instead. Outlives the context.
struct ServerExpectation {
  PinSet accepted;
  std::optional<Pin> presented;  ///< the last key that a server proved or claimed to hold
};
/// Stops the handshake, before our own certificate is sent, unless the server's key is one of
/// `expected.accepted`.
Result<TlsContext> make_client_context(const Identity& identity, ServerExpectation& expected);

/// The key the peer of a finished handshake has proved to hold.
std::optional<Pin> peer_pin(ssl_st* connection);
/// "TLSv1.3 X25519MLKEM768 TLS_AES_256_GCM_SHA384".
std::string description_of(ssl_st* connection);

}  // namespace strongroom::wire
