#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/check.h"
#include "crypto/openssl_handles.h"
#include "crypto/openssl_kem_parts.h"

namespace strongroom::crypto::kem_parts {
namespace {

constexpr const char* kMlKemName = "ML-KEM-768";
constexpr const char* kX25519Name = "X25519";

openssl::KeyContext context_of(EVP_PKEY* key) {
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  CHECK(context != nullptr);
  return context;
}

void raw_public(EVP_PKEY* key, MutableBytes out) {
  std::size_t size = out.size();
  CHECK(EVP_PKEY_get_raw_public_key(key, openssl::out(out), &size) == 1 && size == out.size());
}

openssl::Key public_key_of(const char* name, BytesView bytes) {
  return openssl::Key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, name, nullptr, openssl::in(bytes), bytes.size()));
}

}  // namespace

// --- ML-KEM-768 ---

struct MlKem768::State {
  openssl::Key key;
};

MlKem768::MlKem768(const Secret<kMlKemSeedBytes>& seed) : state_(std::make_unique<State>()) {
  Secret<kMlKemSeedBytes> given = seed.duplicate();  // OSSL_PARAM wants a pointer to non-const
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ML_KEM_SEED, given.reveal_mutable().data(),
                                        kMlKemSeedBytes),
      OSSL_PARAM_construct_end()};
  const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kMlKemName, nullptr));
  EVP_PKEY* made = nullptr;
  CHECK(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_params(context.get(), parameters) == 1);
  CHECK(EVP_PKEY_generate(context.get(), &made) == 1);
  state_->key.reset(made);
}
MlKem768::~MlKem768() = default;
MlKem768::MlKem768(MlKem768&&) noexcept = default;

void MlKem768::public_key(MutableBytes out) const { raw_public(state_->key.get(), out); }

Secret<32> MlKem768::decapsulate(BytesView ciphertext) const {
  CHECK(ciphertext.size() == kMlKemCiphertextBytes);
  Secret<32> shared;
  std::size_t size = 32;
  const openssl::KeyContext context = context_of(state_->key.get());
  CHECK(EVP_PKEY_decapsulate_init(context.get(), nullptr) == 1);
  CHECK(EVP_PKEY_decapsulate(context.get(), openssl::out(shared.reveal_mutable()), &size,
                             openssl::in(ciphertext), ciphertext.size()) == 1);
  CHECK(size == 32);
  return shared;
}

Result<Secret<32>> ml_kem_768_encapsulate(BytesView public_key, const Secret<32>& m,
                                          MutableBytes ciphertext) {
  CHECK(ciphertext.size() == kMlKemCiphertextBytes);
  // The provider makes the modulus check while it reads the key.
  const openssl::Key key =
      public_key.size() == kMlKemPublicBytes ? public_key_of(kMlKemName, public_key) : nullptr;
  if (key == nullptr) return fail(ErrorCode::malformed, "this is not an ML-KEM-768 public key");
  Secret<32> given = m.duplicate();
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KEM_PARAM_IKME, given.reveal_mutable().data(), 32),
      OSSL_PARAM_construct_end()};
  Secret<32> shared;
  std::size_t secret_size = 32;
  std::size_t ciphertext_size = ciphertext.size();
  const openssl::KeyContext context = context_of(key.get());
  CHECK(EVP_PKEY_encapsulate_init(context.get(), parameters) == 1);
  CHECK(EVP_PKEY_encapsulate(context.get(), openssl::out(ciphertext), &ciphertext_size,
                             openssl::out(shared.reveal_mutable()), &secret_size) == 1);
  CHECK(secret_size == 32 && ciphertext_size == kMlKemCiphertextBytes);
  return shared;
}

// --- X25519 ---

struct X25519::State {
  openssl::Key key;
};

X25519::X25519(BytesView private_key) : state_(std::make_unique<State>()) {
  CHECK(private_key.size() == kX25519Bytes);
  state_->key.reset(EVP_PKEY_new_raw_private_key_ex(nullptr, kX25519Name, nullptr, openssl::in(private_key),
                                                    private_key.size()));
  CHECK(state_->key != nullptr);
}
X25519::~X25519() = default;
X25519::X25519(X25519&&) noexcept = default;

void X25519::public_key(MutableBytes out) const { raw_public(state_->key.get(), out); }

Result<Secret<32>> X25519::agree(BytesView peer) const {
  CHECK(peer.size() == kX25519Bytes);
  const openssl::Key other = public_key_of(kX25519Name, peer);
  CHECK(other != nullptr);
  Secret<32> shared;
  std::size_t size = 32;
  const openssl::KeyContext context = context_of(state_->key.get());
  CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  if (EVP_PKEY_derive_set_peer_ex(context.get(), other.get(), 0) != 1 ||
      EVP_PKEY_derive(context.get(), openssl::out(shared.reveal_mutable()), &size) != 1 || size != 32 ||
      equal_constant_time(shared.reveal(), ByteArray<32>{})) {
    return fail(ErrorCode::malformed, "the X25519 public key has low order");
  }
  return shared;
}

}  // namespace strongroom::crypto::kem_parts
