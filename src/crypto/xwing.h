/// X-Wing (draft-connolly-cfrg-xwing-kem, HPKE KEM 0x647a): ML-KEM-768 and X25519, combined with SHA3-256.
/// Seeds of 32 bytes are kept, never expanded keys (protocol §1.2).
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::crypto::xwing {

inline constexpr std::size_t kSeedBytes = 32;
inline constexpr std::size_t kPublicBytes = 1216;
inline constexpr std::size_t kCiphertextBytes = 1120;
inline constexpr std::size_t kRandomBytes = 64;  ///< of one encapsulation: 32 for ML-KEM, then 32 for X25519

using PublicKey = ByteArray<kPublicBytes>;
using Ciphertext = ByteArray<kCiphertextBytes>;

PublicKey public_from_seed(const Secret<32>& seed);

struct Encapsulation {
  Ciphertext ciphertext{};
  Secret<32> shared;
};
/// Deterministic in `randomness` (64 bytes). `malformed` if the ML-KEM part of the key fails its check or the
/// X25519 result is all zero.
Result<Encapsulation> encapsulate(const PublicKey& key, const Secret<64>& randomness);

/// A private key with its expansion at hand, for many decapsulations.
class PrivateKey {
 public:
  explicit PrivateKey(const Secret<32>& seed);
  ~PrivateKey();
  PrivateKey(PrivateKey&&) noexcept;
  const PublicKey& public_key() const;
  /// Never fails on well-sized input: a wrong ciphertext gives an unrelated secret (implicit rejection).
  Secret<32> decapsulate(const Ciphertext& ciphertext) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::crypto::xwing
