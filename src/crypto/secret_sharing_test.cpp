#include "crypto/secret_sharing.h"

#include <gtest/gtest.h>

#include "codec/text.h"

namespace strongroom::crypto {
namespace {

using codec::hex;

Bytes run_of(std::size_t size, unsigned multiplier, unsigned offset) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * multiplier + offset);
  return out;
}

Secret<32> secret_of(unsigned multiplier, unsigned offset) {
  const Bytes bytes = run_of(32, multiplier, offset);
  return Secret<32>::copy_of(BytesView(bytes).first<32>());
}

Share copy(const Share& share) { return {share.x, share.y.duplicate()}; }

/// The shares whose bit is set in `chosen`.
std::vector<Share> subset(const std::vector<Share>& shares, unsigned chosen) {
  std::vector<Share> out;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if ((chosen >> i) & 1u) out.push_back(copy(shares[i]));
  }
  return out;
}

/// By hand, modulo x^8+x^4+x^3+x+1, with secret byte 0x42 and f(x) = 0x42 + 0x83·x:
/// 0x83·1 = 0x83; 0x83·2 = 0x106 - 0x11b = 0x1d; 0x83·3 = 0x1d + 0x83 = 0x9e.
/// So f(1) = 0xc1, f(2) = 0x5f, f(3) = 0xdc.
TEST(SecretSharing, GivesTheSharesComputedByHand) {
  Secret<32> secret;
  for (std::byte& b : secret.reveal_mutable()) b = std::byte{0x42};
  const Bytes coefficients(32, std::byte{0x83});
  const auto shares = split_secret(secret, coefficients, 2, 3);
  ASSERT_EQ(shares.size(), 3u);
  const std::byte expected[] = {std::byte{0xc1}, std::byte{0x5f}, std::byte{0xdc}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(shares[i].x, i + 1);
    for (const std::byte b : shares[i].y.reveal()) EXPECT_EQ(b, expected[i]);
  }
}

/// FIPS 197 §4.2: {57}·{13} = {fe}, so with f(x) = {57}·x the share at x = {13} is {fe}.
TEST(SecretSharing, MultipliesAsFips197Does) {
  const Bytes coefficients(32, std::byte{0x57});
  const auto shares = split_secret(Secret<32>{}, coefficients, 2, 0x13);
  EXPECT_EQ(shares[0x12].y.reveal()[0], std::byte{0xfe});
}

TEST(SecretSharing, EverySubsetOfKSharesGivesTheSecretForEveryKAndNUpToFive) {
  const Secret<32> secret = secret_of(7, 3);
  for (unsigned n = 1; n <= 5; ++n) {
    for (unsigned k = 1; k <= n; ++k) {
      const auto shares = split_secret(secret, run_of(32 * (k - 1), 11, k + 1), k, n);
      for (unsigned chosen = 1; chosen < (1u << n); ++chosen) {
        const auto some = subset(shares, chosen);
        const auto combined = combine_shares(some);
        ASSERT_TRUE(combined.has_value());
        EXPECT_EQ(equal(combined->reveal(), secret.reveal()), some.size() >= k)
            << k << " of " << n << ", " << chosen;
      }
    }
  }
}

/// With k-1 shares every secret is as possible as every other: for any wrong secret there are coefficients that
/// give the very same k-1 shares.
TEST(SecretSharing, FewerThanKSharesFitAnyOtherSecret) {
  const auto shares = split_secret(secret_of(7, 3), run_of(64, 5, 9), 3, 5);
  std::vector<Share> known = subset(shares, 0b01010);
  const Secret<32> other = secret_of(13, 200);
  // A third point chosen so that the polynomial through all three has the other secret at 0.
  for (unsigned guess = 0; guess < 256; ++guess) {
    std::vector<Share> with_guess = subset(shares, 0b01010);
    Share third{5, {}};
    for (std::byte& b : third.y.reveal_mutable()) b = static_cast<std::byte>(guess);
    with_guess.push_back(std::move(third));
    const auto combined = combine_shares(with_guess);
    ASSERT_TRUE(combined.has_value());
    if (combined->reveal()[0] == other.reveal()[0]) return;
  }
  FAIL() << "no third share leads to the other secret";
}

TEST(SecretSharing, WorksAtTheLargestPosition) {
  const Secret<32> secret = secret_of(1, 0);
  const auto shares = split_secret(secret, run_of(32, 3, 77), 2, 255);
  std::vector<Share> two;
  two.push_back(copy(shares[254]));
  two.push_back(copy(shares[100]));
  EXPECT_EQ(hex(combine_shares(two)->reveal()), hex(secret.reveal()));
}

TEST(SecretSharing, FindsTheShareOfAnotherPosition) {
  const auto shares = split_secret(secret_of(7, 3), run_of(64, 5, 9), 3, 5);
  const auto fifth = share_at(subset(shares, 0b00111), 5);
  ASSERT_TRUE(fifth.has_value());
  EXPECT_EQ(hex(fifth->reveal()), hex(shares[4].y.reveal()));
}

TEST(SecretSharing, SharesOfTwoDealingsMixedGiveAnotherSecret) {
  const Secret<32> secret = secret_of(7, 3);
  const auto one = split_secret(secret, run_of(32, 5, 9), 2, 3);
  const auto other = split_secret(secret, run_of(32, 5, 10), 2, 3);
  std::vector<Share> mixed;
  mixed.push_back(copy(one[0]));
  mixed.push_back(copy(other[1]));
  EXPECT_NE(hex(combine_shares(mixed)->reveal()), hex(secret.reveal()));
}

TEST(SecretSharing, RefusesNoSharesPositionZeroAndARepeatedPosition) {
  EXPECT_FALSE(combine_shares({}).has_value());
  auto shares = split_secret(secret_of(7, 3), run_of(32, 5, 9), 2, 3);
  std::vector<Share> repeated;
  repeated.push_back(copy(shares[1]));
  repeated.push_back(copy(shares[1]));
  EXPECT_EQ(combine_shares(repeated).error().code, ErrorCode::malformed);
  shares[0].x = 0;
  EXPECT_EQ(combine_shares(shares).error().code, ErrorCode::malformed);
}

TEST(SecretSharingDeath, StopsOnImpossibleNumbers) {
  EXPECT_DEATH(split_secret(Secret<32>{}, run_of(32, 1, 1), 3, 2), "");
  EXPECT_DEATH(split_secret(Secret<32>{}, run_of(31, 1, 1), 2, 3), "");
  EXPECT_DEATH(split_secret(Secret<32>{}, {}, 1, 256), "");
}

}  // namespace
}  // namespace strongroom::crypto
