#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/check.h"
#include "crypto/openssl_handles.h"
#include "crypto/passphrase.h"

namespace strongroom::crypto {
namespace {

bool within(std::uint32_t value, std::uint32_t least, std::uint32_t most) {
  return value >= least && value <= most;
}

bool acceptable(const Argon2Cost& cost) {
  return within(cost.memory_kib, kArgon2Least.memory_kib, kArgon2Most.memory_kib) &&
         within(cost.iterations, kArgon2Least.iterations, kArgon2Most.iterations) &&
         within(cost.lanes, kArgon2Least.lanes, kArgon2Most.lanes);
}

/// RFC 9106, version 0x13, no secret and no associated data. The lanes run one after another: threads would
/// change the time, not the key.
bool derive(MutableBytes passphrase, ByteArray<16>& salt, Argon2Cost cost, MutableBytes out) {
  const openssl::Kdf kdf(EVP_KDF_fetch(nullptr, "ARGON2ID", nullptr));
  CHECK(kdf != nullptr);
  const openssl::KdfContext context(EVP_KDF_CTX_new(kdf.get()));
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, passphrase.data(), passphrase.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &cost.iterations),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &cost.lanes),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &cost.memory_kib),
      OSSL_PARAM_construct_end()};
  return context != nullptr && EVP_KDF_derive(context.get(), openssl::out(out), out.size(), parameters) == 1;
}

}  // namespace

Result<Secret<32>> key_from_passphrase(const SecretBytes& passphrase, const ByteArray<16>& salt,
                                       const Argon2Cost& cost) {
  if (!acceptable(cost)) {
    return fail(ErrorCode::limit_exceeded, "the passphrase cost is outside what is accepted", {},
                "64 MiB to 2 GiB of memory, 1 to 16 iterations, 1 to 8 lanes");
  }
  // OSSL_PARAM wants pointers to non-const; an empty passphrase still needs a pointer.
  SecretBytes given(passphrase.size() + 1);
  if (!passphrase.empty())
    std::memcpy(given.reveal_mutable().data(), passphrase.reveal().data(), passphrase.size());
  ByteArray<16> salt_given = salt;
  Secret<32> key;
  if (!derive(given.reveal_mutable().first(passphrase.size()), salt_given, cost, key.reveal_mutable())) {
    return fail(ErrorCode::unavailable, "the key cannot be computed from the passphrase now", {},
                "about " + std::to_string(cost.memory_kib / 1024) + " MiB of memory must be free");
  }
  return key;
}

}  // namespace strongroom::crypto
