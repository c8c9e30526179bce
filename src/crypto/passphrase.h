/// Keys from passphrases: Argon2id (RFC 9106) from OpenSSL.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::crypto {

struct Argon2Cost {
  std::uint32_t memory_kib = 256 * 1024;
  std::uint32_t iterations = 3;
  std::uint32_t lanes = 1;
  bool operator==(const Argon2Cost&) const = default;
};
/// The least that is accepted when reading a file, and the most (a hostile file must not take all memory).
inline constexpr Argon2Cost kArgon2Least{64 * 1024, 1, 1};
inline constexpr Argon2Cost kArgon2Most{2 * 1024 * 1024, 16, 8};

/// 32 bytes. `limit_exceeded` if the cost is out of bounds, `unavailable` if memory is not to be had.
Result<Secret<32>> key_from_passphrase(const SecretBytes& passphrase, const ByteArray<16>& salt,
                                       const Argon2Cost& cost);

}  // namespace strongroom::crypto
