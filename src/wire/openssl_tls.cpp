#include "wire/openssl_tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string>

#include "base/check.h"

namespace strongroom::wire {
namespace {

constexpr const char* kGroups = "X25519MLKEM768";
constexpr const char* kCipherSuites = "TLS_AES_256_GCM_SHA384";
constexpr const char* kSignatures = "ed25519";
constexpr std::size_t kPeerCertificateBytesMax = 4096;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

const unsigned char* raw(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw_out(MutableBytes bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

/// An OpenSSL failure that its documentation does not foresee for us; the reason is a fixed sentence of the
/// library.
std::unexpected<Error> fail_openssl(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fail(ErrorCode::internal, what, reason == nullptr ? "" : reason);
}

Pin sha256(BytesView bytes) {
  Pin pin{};
  CHECK(EVP_Digest(bytes.data(), bytes.size(), raw_out(pin), nullptr, EVP_sha256(), nullptr) == 1);
  return pin;
}

std::optional<Pin> pin_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (length <= 0) return std::nullopt;
  const Pin pin = sha256(std::as_bytes(std::span(der, static_cast<std::size_t>(length))));
  OPENSSL_free(der);
  return pin;
}

/// The certificate only carries the key: one name for all, a serial number from the pin, valid from 2000 to
/// the end of time as RFC 5280 §4.1.2.5 writes it. Ed25519 is deterministic, so the same key gives the same
/// bytes.
Certificate make_certificate(EVP_PKEY* key, const Pin& pin) {
  Certificate certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  ByteArray<16> serial = array_of<16>(pin);
  serial[0] = (serial[0] & std::byte{0x3f}) | std::byte{0x40};  // positive, and of full length
  const std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>> number(BN_bin2bn(raw(serial), 16, nullptr));
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const bool made =
      number != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
      ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "20000101000000Z") == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "99991231235959Z") == 1 &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("strongroom"), -1, -1, 0) == 1 &&
      X509_set_issuer_name(certificate.get(), name) == 1 && X509_set_pubkey(certificate.get(), key) == 1 &&
      X509_sign(certificate.get(), key, nullptr) > 0;
  return made ? std::move(certificate) : nullptr;
}

}  // namespace

struct Identity::State {
  Key key;
  Certificate certificate;
  ByteArray<32> public_key{};
  Pin pin{};
};

Pin pin_of_ed25519(const ByteArray<32>& public_key) {
  // SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING (32 bytes) }, RFC 8410 §4.
  static constexpr std::array<unsigned char, 12> kPrefix{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                         0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
  Bytes spki = copy_of(std::as_bytes(std::span(kPrefix)));
  append(spki, public_key);
  return sha256(spki);
}

Result<Identity> Identity::from_seed(const Secret<32>& seed) {
  auto state = std::make_shared<State>();
  state->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.reveal()), 32));
  if (state->key == nullptr) return fail_openssl("the TLS key cannot be made");
  std::size_t length = state->public_key.size();
  if (EVP_PKEY_get_raw_public_key(state->key.get(), raw_out(state->public_key), &length) != 1 ||
      length != 32) {
    return fail_openssl("the TLS public key cannot be made");
  }
  state->pin = pin_of_ed25519(state->public_key);
  state->certificate = make_certificate(state->key.get(), state->pin);
  if (state->certificate == nullptr) return fail_openssl("the TLS certificate cannot be made");
  return Identity(std::move(state));
}

const Pin& Identity::pin() const { return state_->pin; }
const ByteArray<32>& Identity::public_key() const { return state_->public_key; }

void FreeTlsContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

namespace {

/// The server lets every key finish the handshake: TLS has then proved that the peer holds it, and whether
/// this pin may do what it asks is decided for each request.
int accept_any_key(X509_STORE_CTX* store, void*) {
  return X509_STORE_CTX_get0_cert(store) != nullptr ? 1 : 0;
}

int accept_pinned_key(X509_STORE_CTX* store, void* argument) {
  auto& expected = *static_cast<ServerExpectation*>(argument);
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  expected.presented = certificate == nullptr ? std::nullopt : pin_of(certificate);
  if (expected.presented && expected.accepted.accepts(*expected.presented)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

Result<TlsContext> make_context(const SSL_METHOD* method, const Identity& identity) {
  TlsContext context(SSL_CTX_new(method));
  if (context == nullptr) return fail_openssl("TLS cannot be set up");
  SSL_CTX* c = context.get();
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(c, kPeerCertificateBytesMax);
  const bool made = SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_num_tickets(c, 0) == 1 && SSL_CTX_set_max_early_data(c, 0) == 1 &&
                    SSL_CTX_set_ciphersuites(c, kCipherSuites) == 1 &&
                    SSL_CTX_set1_groups_list(c, std::string(kGroups).data()) == 1 &&
                    SSL_CTX_set1_sigalgs_list(c, std::string(kSignatures).data()) == 1 &&
                    SSL_CTX_use_certificate(c, identity.state().certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(c, identity.state().key.get()) == 1;
  if (!made) return fail_openssl("TLS cannot be set up");
  return context;
}

}  // namespace

Result<TlsContext> make_server_context(const Identity& identity) {
  TlsContext context = TRY(make_context(TLS_server_method(), identity));
  if (SSL_CTX_set1_client_sigalgs_list(context.get(), std::string(kSignatures).data()) != 1) {
    return fail_openssl("TLS cannot be set up");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_any_key, nullptr);
  return context;
}

Result<TlsContext> make_client_context(const Identity& identity, ServerExpectation& expected) {
  TlsContext context = TRY(make_context(TLS_client_method(), identity));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_pinned_key, &expected);
  return context;
}

std::optional<Pin> peer_pin(ssl_st* connection) {
  const X509* certificate = SSL_get0_peer_certificate(connection);
  return certificate == nullptr ? std::nullopt : pin_of(certificate);
}

std::string description_of(ssl_st* connection) {
  const char* group = SSL_get0_group_name(connection);
  return std::string(SSL_get_version(connection)) + " " + (group == nullptr ? "no group" : group) + " " +
         SSL_get_cipher_name(connection);
}

}  // namespace strongroom::wire
