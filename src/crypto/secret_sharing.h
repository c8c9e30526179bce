/// Shamir's secret sharing over GF(256) (polynomial 0x11b, as AES), byte by byte, for 32-byte secrets; constant
/// time in the values. Share x is position + 1, never 0 (protocol §1.4).
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::crypto {

struct Share {
  std::uint8_t x = 0;  ///< position + 1
  Secret<32> y;
};

/// The k-1 coefficients of each byte's polynomial are given (32*(k-1) bytes: coefficient 1 of all 32 bytes, then
/// coefficient 2, ...), so dealing is a pure function. Shares for x = 1..n. Demands 1 <= k <= n <= 255 (CHECKed);
/// whether k < n and n >= 2k-1 is the roster's rule.
std::vector<Share> split_secret(const Secret<32>& secret, BytesView coefficients, unsigned k, unsigned n);
/// Interpolates at 0 from exactly the shares given. `malformed` for no shares, x = 0, or an x that repeats.
/// Wrong or too few shares give a wrong secret, which the caller detects by rebuilding pk_f.
Result<Secret<32>> combine_shares(const std::vector<Share>& shares);
/// The value at `x` of the polynomial through `shares` (for checking a share against others).
Result<Secret<32>> share_at(const std::vector<Share>& shares, std::uint8_t x);

}  // namespace strongroom::crypto
