#include "crypto/secret_sharing.h"

#include "base/check.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kSecretBytes = 32;

/// a·b in GF(256) modulo x^8 + x^4 + x^3 + x + 1. Neither branches nor table look-ups depend on the values.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0;
  unsigned shifted = a;
  for (unsigned bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0u - ((b >> bit) & 1u));
    shifted = (shifted << 1) ^ (0x11bu & (0u - (shifted >> 7)));
  }
  return static_cast<std::uint8_t>(product);
}

/// 1/a = a^254, and 0 for 0.
std::uint8_t inverse(std::uint8_t a) {
  std::uint8_t result = 1;
  std::uint8_t power = a;
  for (int bit = 1; bit < 8; ++bit) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

/// Adds factor·from to `to`, byte by byte.
void add_scaled(MutableBytes to, std::uint8_t factor, BytesView from) {
  for (std::size_t i = 0; i < kSecretBytes; ++i) {
    to[i] ^= static_cast<std::byte>(multiply(factor, std::to_integer<std::uint8_t>(from[i])));
  }
}

Result<void> check_positions(const std::vector<Share>& shares) {
  if (shares.empty()) return fail(ErrorCode::malformed, "no shares");
  bool seen[256] = {};
  for (const Share& share : shares) {
    if (share.x == 0) return fail(ErrorCode::malformed, "a share for x = 0, where the secret lies");
    if (seen[share.x]) return fail(ErrorCode::malformed, "two shares of one position");
    seen[share.x] = true;
  }
  return {};
}

/// The Lagrange coefficient of share i at `x`: Π (x - x_j) / (x_i - x_j), where minus is XOR. The x are public.
std::uint8_t lagrange(const std::vector<Share>& shares, std::size_t i, std::uint8_t x) {
  std::uint8_t above = 1;
  std::uint8_t below = 1;
  for (std::size_t j = 0; j < shares.size(); ++j) {
    if (j == i) continue;
    above = multiply(above, static_cast<std::uint8_t>(x ^ shares[j].x));
    below = multiply(below, static_cast<std::uint8_t>(shares[i].x ^ shares[j].x));
  }
  return multiply(above, inverse(below));
}

Secret<32> interpolate(const std::vector<Share>& shares, std::uint8_t x) {
  Secret<32> value;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    add_scaled(value.reveal_mutable(), lagrange(shares, i, x), shares[i].y.reveal());
  }
  return value;
}

}  // namespace

std::vector<Share> split_secret(const Secret<32>& secret, BytesView coefficients, unsigned k, unsigned n) {
  CHECK(k >= 1 && k <= n && n <= 255);
  CHECK(coefficients.size() == kSecretBytes * (k - 1));
  std::vector<Share> shares;
  shares.reserve(n);
  for (unsigned x = 1; x <= n; ++x) {
    Share share{static_cast<std::uint8_t>(x), secret.duplicate()};
    std::uint8_t power = share.x;
    for (unsigned degree = 1; degree < k; ++degree) {
      add_scaled(share.y.reveal_mutable(), power,
                 coefficients.subspan(kSecretBytes * (degree - 1), kSecretBytes));
      power = multiply(power, share.x);
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

Result<Secret<32>> combine_shares(const std::vector<Share>& shares) { return share_at(shares, 0); }

Result<Secret<32>> share_at(const std::vector<Share>& shares, std::uint8_t x) {
  TRY(check_positions(shares));
  return interpolate(shares, x);
}

}  // namespace strongroom::crypto
