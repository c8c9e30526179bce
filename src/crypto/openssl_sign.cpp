/// Private signing keys.
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/check.h"
#include "crypto/openssl_handles.h"
#include "crypto/signature.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kSeedBytes = 32;

openssl::Key ed25519_from_seed(const Secret<32>& seed) {
  openssl::Key key(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, openssl::in(seed.reveal()), kSeedBytes));
  CHECK(key != nullptr);
  return key;
}

openssl::Key ml_dsa_65_from_seed(const SecretBytes& seed) {
  CHECK(seed.size() == kSeedBytes);
  SecretBytes given = SecretBytes::copy_of(seed.reveal());  // OSSL_PARAM wants a pointer to non-const
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ML_DSA_SEED, given.reveal_mutable().data(),
                                        kSeedBytes),
      OSSL_PARAM_construct_end()};
  const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "ML-DSA-65", nullptr));
  EVP_PKEY* made = nullptr;
  CHECK(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_params(context.get(), parameters) == 1);
  CHECK(EVP_PKEY_generate(context.get(), &made) == 1);
  return openssl::Key(made);
}

void raw_public(EVP_PKEY* key, MutableBytes out) {
  std::size_t size = out.size();
  CHECK(EVP_PKEY_get_raw_public_key(key, openssl::out(out), &size) == 1 && size == out.size());
}

/// A context for each signature: the key is shared by threads, contexts are not.
void sign_with(EVP_PKEY* key, BytesView message, MutableBytes out) {
  const openssl::DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) == 1);
  std::size_t size = out.size();
  CHECK(EVP_DigestSign(context.get(), openssl::out(out), &size, openssl::in(message), message.size()) == 1);
  CHECK(size == out.size());
}

}  // namespace

struct SigningKey::State {
  openssl::Key ed25519;
  openssl::Key ml_dsa_65;  // null for a signer of the hot path only
  SigningPublic public_half;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::from_seeds(const Secret<32>& ed25519_seed, const SecretBytes& ml_dsa_seed) {
  auto state = std::make_unique<State>();
  state->ed25519 = ed25519_from_seed(ed25519_seed);
  raw_public(state->ed25519.get(), state->public_half.ed25519);
  if (!ml_dsa_seed.empty()) {
    state->ml_dsa_65 = ml_dsa_65_from_seed(ml_dsa_seed);
    state->public_half.ml_dsa_65.resize(kMlDsa65PublicBytes);
    raw_public(state->ml_dsa_65.get(), state->public_half.ml_dsa_65);
  }
  return SigningKey(std::move(state));
}

const SigningPublic& SigningKey::public_half() const { return state_->public_half; }

ByteArray<64> SigningKey::sign_ed25519(BytesView message) const {
  ByteArray<64> out;
  sign_with(state_->ed25519.get(), message, out);
  return out;
}

Bytes SigningKey::sign_ml_dsa_65(BytesView message) const {
  CHECK(state_->ml_dsa_65 != nullptr);
  Bytes out(kMlDsa65SignatureBytes);
  sign_with(state_->ml_dsa_65.get(), message, out);
  return out;
}

}  // namespace strongroom::crypto
