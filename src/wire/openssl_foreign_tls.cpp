#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>

#include "wire/foreign_tls.h"
#include "wire/openssl_tls.h"

namespace strongroom::wire {
namespace {

constexpr std::size_t kHandshakeBytesMax = 256 * 1024;
constexpr std::size_t kPieceBytes = 16 * 1024;

struct FreeConnection {
  void operator()(SSL* connection) const { SSL_free(connection); }
};
using Connection = std::unique_ptr<SSL, FreeConnection>;

std::unexpected<Error> fail_tls(const char* what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fail(ErrorCode::unsupported, what, reason == nullptr ? "" : reason);
}

int number_of(NewestTls newest) {
  switch (newest) {
    case NewestTls::tls13: return TLS1_3_VERSION;
    case NewestTls::tls12: return TLS1_2_VERSION;
    case NewestTls::tls11: return TLS1_1_VERSION;
  }
  return TLS1_3_VERSION;
}

/// Security level 0: what is too weak to be used is what one wants to see.
Result<TlsContext> make_lax_context(NewestTls newest) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return fail_tls("TLS cannot be set up");
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_COMPRESSION);
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), number_of(newest)) != 1 ||
      SSL_CTX_set_cipher_list(context.get(), "ALL:!aNULL") != 1)
    return fail_tls("TLS cannot be set up");
  return context;
}

std::optional<std::int64_t> end_of(const X509* certificate) {
  std::tm at{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &at) != 1) return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&at));
}

bool is_number(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

struct ForeignTls::State {
  TlsContext context;
  Connection connection;
  ForeignTransport transport;
  ForeignTlsSeen seen;

  /// What OpenSSL wants to send.
  Result<void> flush() {
    BIO* out = SSL_get_wbio(connection.get());
    Bytes piece(kPieceBytes);
    for (;;) {
      const int n = BIO_read(out, piece.data(), static_cast<int>(piece.size()));
      if (n <= 0) return {};
      TRY(transport.send(BytesView(piece).first(static_cast<std::size_t>(n))));
    }
  }
  /// What OpenSSL waits for; how many bytes came, 0 at the end.
  Result<std::size_t> fill() {
    const Bytes piece = TRY(transport.receive(kPieceBytes));
    BIO* in = SSL_get_rbio(connection.get());
    if (!piece.empty() &&
        BIO_write(in, piece.data(), static_cast<int>(piece.size())) != static_cast<int>(piece.size()))
      return fail_tls("what came cannot be kept");
    return piece.size();
  }
  Result<void> shake();
  void look();
};

Result<void> ForeignTls::State::shake() {
  std::size_t taken = 0;
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(connection.get());
    TRY(flush());
    if (done == 1) return {};
    if (SSL_get_error(connection.get(), done) != SSL_ERROR_WANT_READ)
      return fail_tls("no TLS here that we can speak");
    const std::size_t more = TRY(fill());
    taken += more;
    if (more == 0) return fail(ErrorCode::unsupported, "the other side ended the handshake");
    if (taken > kHandshakeBytesMax) return fail(ErrorCode::unsupported, "the handshake does not end");
  }
}

void ForeignTls::State::look() {
  seen.version = SSL_get_version(connection.get());
  seen.cipher = SSL_get_cipher_name(connection.get());
  if (const char* group = SSL_get0_group_name(connection.get())) seen.group = group;
  seen.pin = peer_pin(connection.get());
  if (const X509* certificate = SSL_get0_peer_certificate(connection.get()))
    seen.ends_s = end_of(certificate);
}

ForeignTls::ForeignTls(std::unique_ptr<State> state) : state_(std::move(state)) {}
ForeignTls::~ForeignTls() = default;
ForeignTls::ForeignTls(ForeignTls&&) noexcept = default;
ForeignTls& ForeignTls::operator=(ForeignTls&&) noexcept = default;

const ForeignTlsSeen& ForeignTls::seen() const { return state_->seen; }

Result<ForeignTls> ForeignTls::handshake(NewestTls newest, const std::string& host,
                                         ForeignTransport transport) {
  auto state = std::make_unique<State>();
  state->transport = std::move(transport);
  state->context = TRY(make_lax_context(newest));
  state->connection.reset(SSL_new(state->context.get()));
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (state->connection == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    return fail_tls("TLS cannot be set up");
  }
  SSL_set_bio(state->connection.get(), in, out);
  SSL_set_connect_state(state->connection.get());
  // SSL_set_tlsext_host_name, without its cast.
  std::string name = host;
  if (!name.empty() && !is_number(name))
    SSL_ctrl(state->connection.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  TRY(state->shake());
  state->look();
  return ForeignTls(std::move(state));
}

Result<void> ForeignTls::send(BytesView bytes) {
  std::size_t written = 0;
  if (!bytes.empty() && SSL_write_ex(state_->connection.get(), bytes.data(), bytes.size(), &written) != 1)
    return fail_tls("the connection broke");
  return state_->flush();
}

Result<Bytes> ForeignTls::receive(std::size_t bytes_max) {
  Bytes out(bytes_max);
  for (;;) {
    ERR_clear_error();
    std::size_t read = 0;
    const int done = SSL_read_ex(state_->connection.get(), out.data(), out.size(), &read);
    TRY(state_->flush());
    if (done == 1) {
      out.resize(read);
      return out;
    }
    const int why = SSL_get_error(state_->connection.get(), done);
    if (why == SSL_ERROR_ZERO_RETURN) return Bytes{};
    if (why != SSL_ERROR_WANT_READ) return fail_tls("the connection broke");
    if (TRY(state_->fill()) == 0) return Bytes{};
  }
}

}  // namespace strongroom::wire
