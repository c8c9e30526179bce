/// Verification only: nothing in this file, or in what it links, can hold a private key.
#include "crypto/openssl_handles.h"
#include "crypto/signature.h"

#include <openssl/x509.h>

#include "base/check.h"

namespace strongroom::crypto {
namespace {

/// The algorithms, fetched once a thread.
EVP_SIGNATURE* thread_algorithm(const char* name, openssl::SignatureAlgorithm& kept) {
  if (kept == nullptr) kept.reset(EVP_SIGNATURE_fetch(nullptr, name, nullptr));
  CHECK(kept != nullptr);
  return kept.get();
}
EVP_SIGNATURE* thread_ed25519() {
  thread_local openssl::SignatureAlgorithm kept;
  return thread_algorithm("ED25519", kept);
}
EVP_SIGNATURE* thread_ml_dsa_65() {
  thread_local openssl::SignatureAlgorithm kept;
  return thread_algorithm("ML-DSA-65", kept);
}
EVP_SIGNATURE* thread_ml_dsa_44() {
  thread_local openssl::SignatureAlgorithm kept;
  return thread_algorithm("ML-DSA-44", kept);
}

/// Null if the bytes are not a key of that kind.
openssl::Key public_key(const char* name, BytesView bytes) {
  return openssl::Key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, name, nullptr, openssl::in(bytes), bytes.size()));
}

/// Null if the library refuses the pair.
openssl::KeyContext verifying(EVP_PKEY* key, EVP_SIGNATURE* algorithm) {
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (context != nullptr && EVP_PKEY_verify_message_init(context.get(), algorithm, nullptr) != 1)
    context.reset();
  return context;
}

/// A context holds nothing of a message, so it serves for any number of them.
bool holds(const openssl::KeyContext& context, BytesView message, BytesView signature) {
  return context != nullptr && EVP_PKEY_verify(context.get(), openssl::in(signature), signature.size(),
                                               openssl::in(message), message.size()) == 1;
}

bool verify_with(EVP_PKEY* key, EVP_SIGNATURE* algorithm, BytesView message, BytesView signature) {
  return holds(verifying(key, algorithm), message, signature);
}

bool is_p256(const EVP_PKEY* key) {
  char group[32] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == "prime256v1";
}

}  // namespace

struct Ed25519Verifier::State {
  openssl::Key key;
};

Ed25519Verifier::Ed25519Verifier(const ByteArray<32>& key)
    : state_(std::make_unique<State>(State{public_key("ED25519", key)})) {}
Ed25519Verifier::~Ed25519Verifier() = default;
Ed25519Verifier::Ed25519Verifier(Ed25519Verifier&&) noexcept = default;

bool Ed25519Verifier::verify(BytesView message, BytesView signature) const {
  return state_->key != nullptr && signature.size() == kEd25519SignatureBytes &&
         verify_with(state_->key.get(), thread_ed25519(), message, signature);
}

/// Entries of one device come one after another, so each thread keeps the last key as it was decoded.
bool verify_ed25519(const ByteArray<32>& key, BytesView message, BytesView signature) {
  struct Decoded {
    ByteArray<32> bytes{};
    openssl::Key key;
    openssl::KeyContext context;
  };
  thread_local Decoded last;
  if (last.key == nullptr || last.bytes != key) {
    last.bytes = key;
    last.context.reset();
    last.key = public_key("ED25519", key);
    if (last.key != nullptr) last.context = verifying(last.key.get(), thread_ed25519());
  }
  return signature.size() == kEd25519SignatureBytes && holds(last.context, message, signature);
}

bool verify_ml_dsa_65(BytesView key_bytes, BytesView message, BytesView signature) {
  if (key_bytes.size() != kMlDsa65PublicBytes || signature.size() != kMlDsa65SignatureBytes) return false;
  const openssl::Key key = public_key("ML-DSA-65", key_bytes);
  return key != nullptr && verify_with(key.get(), thread_ml_dsa_65(), message, signature);
}

bool verify_ml_dsa_44(BytesView key_bytes, BytesView message, BytesView signature) {
  if (key_bytes.size() != kMlDsa44PublicBytes || signature.size() != kMlDsa44SignatureBytes) return false;
  const openssl::Key key = public_key("ML-DSA-44", key_bytes);
  return key != nullptr && verify_with(key.get(), thread_ml_dsa_44(), message, signature);
}

bool verify_ecdsa_p256(BytesView spki, BytesView message, BytesView signature) {
  const unsigned char* at = openssl::in(spki);
  const openssl::Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  if (key == nullptr || at != openssl::in(spki) + spki.size() || !is_p256(key.get())) return false;
  const openssl::DigestContext context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(), nullptr) ==
             1 &&
         EVP_DigestVerify(context.get(), openssl::in(signature), signature.size(), openssl::in(message),
                          message.size()) == 1;
}

}  // namespace strongroom::crypto
