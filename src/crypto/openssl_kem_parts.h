/// The two halves of X-Wing: ML-KEM-768 (FIPS 203) and X25519 (RFC 7748). Private to src/crypto; the tests run
/// each half against its own vectors. Names no OpenSSL type.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::crypto::kem_parts {

inline constexpr std::size_t kMlKemSeedBytes = 64;  ///< d ‖ z
inline constexpr std::size_t kMlKemPublicBytes = 1184;
inline constexpr std::size_t kMlKemCiphertextBytes = 1088;
inline constexpr std::size_t kX25519Bytes = 32;

/// An ML-KEM-768 key pair from its seed. Threads may share it.
class MlKem768 {
 public:
  explicit MlKem768(const Secret<kMlKemSeedBytes>& seed);
  ~MlKem768();
  MlKem768(MlKem768&&) noexcept;
  void public_key(MutableBytes out) const;
  /// Implicit rejection (FIPS 203 §6.3): never fails on a ciphertext of the right length.
  Secret<32> decapsulate(BytesView ciphertext) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// ML-KEM.Encaps_internal with the given m; writes the ciphertext. `malformed` if the key has the wrong length
/// or fails the modulus check (FIPS 203 §7.2).
Result<Secret<32>> ml_kem_768_encapsulate(BytesView public_key, const Secret<32>& m, MutableBytes ciphertext);

/// An X25519 private key. Threads may share it.
class X25519 {
 public:
  explicit X25519(BytesView private_key);
  ~X25519();
  X25519(X25519&&) noexcept;
  void public_key(MutableBytes out) const;
  /// `malformed` if the result is all zero (RFC 7748 §6.1): the peer's point has low order.
  Result<Secret<32>> agree(BytesView peer) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::crypto::kem_parts
