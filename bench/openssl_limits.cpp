#include "openssl_limits.h"

#include <zstd.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/openssl_handles.h"

namespace strongroom::bench {
namespace {

// Owning pointers and casts only: nothing of ours runs in what is measured.
using namespace crypto::openssl;
using Compressor = std::unique_ptr<ZSTD_CCtx, Freed<ZSTD_freeCCtx>>;

constexpr std::size_t kBlock = 64, kLeaf = 1 + 16 + 32 + 32, kNode = 1 + 32 + 32, kTag = 16;

}  // namespace

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION); }

struct RecordPrimitives::State {
  explicit State(const RecordLengths& the_lengths)
      : lengths(the_lengths),
        sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
        gcm(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
        work(EVP_MD_CTX_new()),
        inner(EVP_MD_CTX_new()),
        outer(EVP_MD_CTX_new()),
        cipher(EVP_CIPHER_CTX_new()),
        zstd(ZSTD_createCCtx()),
        scratch(std::max({lengths.frank_info, lengths.frank_message, lengths.siv_message, lengths.padded}) +
                kTag) {
    CHECK(EVP_DigestInit_ex2(work.get(), sha256.get(), nullptr) == 1);
    for (EVP_MD_CTX* keyed : {inner.get(), outer.get()}) {
      CHECK(EVP_DigestInit_ex2(keyed, sha256.get(), nullptr) == 1);
      CHECK(EVP_DigestUpdate(keyed, out(scratch), kBlock) == 1);
    }
    CHECK(EVP_EncryptInit_ex2(cipher.get(), gcm.get(), nullptr, nullptr, nullptr) == 1);
  }

  void hash(std::size_t length) {
    CHECK(EVP_DigestUpdate(work.get(), out(scratch), length) == 1);
    finish();
  }
  void finish() {
    CHECK(EVP_DigestFinal_ex(work.get(), out(digest), nullptr) == 1);
    CHECK(EVP_DigestInit_ex2(work.get(), nullptr, nullptr) == 1);
  }
  void mac_kept(std::size_t length) {
    CHECK(EVP_MD_CTX_copy_ex(work.get(), inner.get()) == 1);
    hash(length);
    CHECK(EVP_MD_CTX_copy_ex(work.get(), outer.get()) == 1);
    hash(digest.size());
  }
  void mac_new(std::size_t length) {
    CHECK(EVP_DigestUpdate(work.get(), out(scratch), kBlock) == 1);
    hash(length);
    CHECK(EVP_DigestUpdate(work.get(), out(scratch), kBlock) == 1);
    hash(digest.size());
  }
  void encrypt() {
    int length = 0;
    const unsigned char nonce[12] = {};
    CHECK(EVP_EncryptInit_ex2(cipher.get(), nullptr, out(digest), nonce, nullptr) == 1);
    CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &length, out(scratch), static_cast<int>(lengths.aad)) ==
          1);
    CHECK(EVP_EncryptUpdate(cipher.get(), out(scratch), &length, out(scratch),
                            static_cast<int>(lengths.padded)) == 1);
    CHECK(EVP_EncryptFinal_ex(cipher.get(), out(scratch), &length) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTag, digest.data()) == 1);
  }

  RecordLengths lengths;
  Digest sha256;
  Cipher gcm;
  DigestContext work, inner, outer;
  CipherContext cipher;
  Compressor zstd;
  Bytes scratch, frame;
  Hash256 digest{};
};

RecordPrimitives::RecordPrimitives(const RecordLengths& lengths) : state_(std::make_unique<State>(lengths)) {}
RecordPrimitives::~RecordPrimitives() = default;

void RecordPrimitives::seal(BytesView cbor) {
  State& s = *state_;
  CHECK(EVP_DigestUpdate(s.work.get(), in(cbor), cbor.size()) == 1);
  s.finish();                          // H(CBOR)
  s.mac_kept(s.lengths.frank_info);    // kf_i
  s.mac_new(s.lengths.frank_message);  // frank_i
  s.frame.resize(ZSTD_compressBound(cbor.size()));
  CHECK(ZSTD_isError(ZSTD_compressCCtx(s.zstd.get(), s.frame.data(), s.frame.size(), cbor.data(), cbor.size(),
                                       3)) == 0);
  s.mac_kept(s.lengths.siv_message);  // siv_i
  s.mac_kept(s.lengths.key_info);     // key_i
  s.encrypt();
  s.hash(s.lengths.padded + kTag);  // H(ciphertext_i)
  s.hash(kLeaf);
  s.hash(kNode);  // a tree has as many nodes as leaves, less one
}

struct Ed25519Limit::State {
  Key key;
  KeyContext context;
  SignatureAlgorithm algorithm;
  Bytes message;
  ByteArray<64> signature{};
};

Ed25519Limit::Ed25519Limit(std::size_t message_bytes) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.message.resize(message_bytes);
  s.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const DigestContext signing(EVP_MD_CTX_new());
  std::size_t length = s.signature.size();
  CHECK(EVP_DigestSignInit_ex(signing.get(), nullptr, nullptr, nullptr, nullptr, s.key.get(), nullptr) == 1);
  CHECK(EVP_DigestSign(signing.get(), out(s.signature), &length, in(s.message), s.message.size()) == 1);
  s.algorithm.reset(EVP_SIGNATURE_fetch(nullptr, "ED25519", nullptr));
  s.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, s.key.get(), nullptr));
  CHECK(EVP_PKEY_verify_message_init(s.context.get(), s.algorithm.get(), nullptr) == 1);
}
Ed25519Limit::~Ed25519Limit() = default;

void Ed25519Limit::verify() {
  CHECK(EVP_PKEY_verify(state_->context.get(), in(state_->signature), state_->signature.size(),
                        in(state_->message), state_->message.size()) == 1);
}

void sha256_stream(BytesView bytes, std::size_t times) {
  const Digest sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  const DigestContext context(EVP_MD_CTX_new());
  CHECK(EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1);
  for (std::size_t i = 0; i < times; ++i)
    CHECK(EVP_DigestUpdate(context.get(), in(bytes), bytes.size()) == 1);
  Hash256 digest;
  CHECK(EVP_DigestFinal_ex(context.get(), out(digest), nullptr) == 1);
}

}  // namespace strongroom::bench
