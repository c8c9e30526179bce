#include "wire/openssl_tls.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <functional>

#include "codec/text.h"
#include "platform/entropy.h"

namespace strongroom::wire {
namespace {

Identity identity_of(std::uint8_t number) {
  Secret<32> seed;
  seed.reveal_mutable()[0] = std::byte{number};
  return Identity::from_seed(seed).value();
}

void set_groups(SSL_CTX* context, std::string groups) {
  ASSERT_EQ(SSL_CTX_set1_groups_list(context, groups.data()), 1) << groups;
}

/// Both ends of a handshake in memory, without a network.
class Handshake {
 public:
  Handshake(SSL_CTX* server, SSL_CTX* client) : server_(SSL_new(server)), client_(SSL_new(client)) {
    BIO* server_end = nullptr;
    BIO* client_end = nullptr;
    BIO_new_bio_pair(&server_end, 0, &client_end, 0);
    SSL_set_bio(server_, server_end, server_end);
    SSL_set_bio(client_, client_end, client_end);
    SSL_set_accept_state(server_);
    SSL_set_connect_state(client_);
  }
  Handshake(const Handshake&) = delete;
  Handshake& operator=(const Handshake&) = delete;
  ~Handshake() {
    SSL_free(server_);
    SSL_free(client_);
    ERR_clear_error();
  }
  /// True if both sides finish.
  bool completes() {
    for (int round = 0; round < 10; ++round) {
      const int client = SSL_do_handshake(client_);
      const int server = SSL_do_handshake(server_);
      if (client == 1 && server == 1) return true;
      if (failed(client_, client) || failed(server_, server)) return false;
    }
    return false;
  }
  SSL* server() { return server_; }
  SSL* client() { return client_; }

 private:
  static bool failed(SSL* side, int result) {
    if (result == 1) return false;
    const int error = SSL_get_error(side, result);
    return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
  }
  SSL* server_;
  SSL* client_;
};

class TlsTest : public testing::Test {
 protected:
  TlsContext server_context() { return make_server_context(server_).value(); }
  TlsContext client_context() { return make_client_context(client_, expected_).value(); }
  /// A foreign client that differs from ours in what `change` does; true if our server lets it in.
  bool server_accepts(const std::function<void(SSL_CTX*)>& change) {
    const TlsContext server = server_context();
    const TlsContext client = client_context();
    change(client.get());
    return Handshake(server.get(), client.get()).completes();
  }

  Identity server_ = identity_of(1);
  Identity client_ = identity_of(2);
  ServerExpectation expected_{PinSet(server_.pin()), std::nullopt};
};

TEST_F(TlsTest, TheSameSeedGivesTheSameIdentity) {
  EXPECT_EQ(identity_of(1).pin(), server_.pin());
  EXPECT_NE(client_.pin(), server_.pin());
  EXPECT_EQ(pin_of_ed25519(server_.public_key()), server_.pin());
}

TEST_F(TlsTest, PublicKeyIsTheOneOfRfc8032) {
  const auto seed =
      codec::array_from_hex<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
  const auto identity =
      Identity::from_seed(Secret<32>::copy_of(std::span<const std::byte, 32>(seed))).value();
  EXPECT_EQ(codec::hex(identity.public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_F(TlsTest, BothSidesProveTheirKeysOverTheHybridGroup) {
  const TlsContext server = server_context();
  const TlsContext client = client_context();
  Handshake handshake(server.get(), client.get());
  ASSERT_TRUE(handshake.completes());
  EXPECT_EQ(peer_pin(handshake.server()), client_.pin());
  EXPECT_EQ(peer_pin(handshake.client()), server_.pin());
  EXPECT_EQ(description_of(handshake.client()), "TLSv1.3 X25519MLKEM768 TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(SSL_session_reused(handshake.client()), 0);
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(handshake.client())), 0);
}

TEST_F(TlsTest, EitherOfTwoPinsIsAccepted) {
  expected_.accepted = PinSet(identity_of(9).pin(), server_.pin());
  EXPECT_TRUE(server_accepts([](SSL_CTX*) {}));
}

TEST_F(TlsTest, AServerWithAnotherKeyIsRefusedBeforeItLearnsWhoWeAre) {
  expected_.accepted = PinSet(identity_of(9).pin());
  const TlsContext server = server_context();
  const TlsContext client = client_context();
  Handshake handshake(server.get(), client.get());
  EXPECT_FALSE(handshake.completes());
  EXPECT_EQ(expected_.presented, server_.pin());
  EXPECT_EQ(peer_pin(handshake.server()), std::nullopt);
}

TEST_F(TlsTest, AServerThatShowsAPinnedKeyWithoutHoldingItIsRefused) {
  const TlsContext server = server_context();
  const TlsContext thief = make_server_context(client_).value();
  // The certificate is public; the private key stays the thief's own. OpenSSL refuses such a pair, so the
  // pair is broken where the signature is made: a context with the right certificate and no key cannot sign.
  SSL_CTX_use_certificate(thief.get(), SSL_CTX_get0_certificate(server.get()));
  const TlsContext client = client_context();
  EXPECT_FALSE(Handshake(thief.get(), client.get()).completes());
}

TEST_F(TlsTest, AClientWithoutCertificateIsRefused) {
  const TlsContext server = server_context();
  const std::unique_ptr<SSL_CTX, FreeTlsContext> client(SSL_CTX_new(TLS_client_method()));
  set_groups(client.get(), "X25519MLKEM768");
  Handshake handshake(server.get(), client.get());
  EXPECT_FALSE(handshake.completes());
}

TEST_F(TlsTest, AnOlderTlsIsRefused) {
  EXPECT_FALSE(server_accepts([](SSL_CTX* client) {
    SSL_CTX_set_min_proto_version(client, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
    set_groups(client, "X25519");
    SSL_CTX_set1_sigalgs_list(client, std::string("ed25519:RSA+SHA256:ECDSA+SHA256").data());
  }));
}

TEST_F(TlsTest, AGroupWithoutMlKemIsRefused) {
  for (const char* group : {"X25519", "P-256", "MLKEM768", "SecP256r1MLKEM768"}) {
    EXPECT_FALSE(server_accepts([&](SSL_CTX* client) { set_groups(client, group); })) << group;
  }
  EXPECT_TRUE(server_accepts([](SSL_CTX* client) { set_groups(client, "X25519:X25519MLKEM768"); }));
}

TEST_F(TlsTest, AnotherCipherSuiteIsRefused) {
  EXPECT_FALSE(
      server_accepts([](SSL_CTX* client) { SSL_CTX_set_ciphersuites(client, "TLS_AES_128_GCM_SHA256"); }));
}

}  // namespace
}  // namespace strongroom::wire
