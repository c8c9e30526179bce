#include "crypto/passphrase.h"

#include <gtest/gtest.h>

#include "codec/text.h"

namespace strongroom::crypto {
namespace {

using codec::hex;

SecretBytes passphrase(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

ByteArray<16> counting_salt() {
  ByteArray<16> salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::byte>(i);
  return salt;
}

/// Both values were computed with another implementation (the hash-wasm package).
TEST(Passphrase, AgreesWithAnotherImplementation) {
  const auto one = key_from_passphrase(passphrase("correct horse"), counting_salt(), {64 * 1024, 1, 1});
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(hex(one->reveal()), "fc8135cb0b278c487da7b351052a7bc3a6c11e6ae6394b40276aaf23559ffda2");
  const auto two = key_from_passphrase(passphrase("correct horse"), counting_salt(), {64 * 1024, 2, 2});
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(hex(two->reveal()), "9325cd79c6fa86cd3384761cb62f6efda9cc256f17d7544180209e9f87ca8304");
}

TEST(Passphrase, AnotherPassphraseOrSaltGivesAnotherKey) {
  const auto one = key_from_passphrase(passphrase("a"), counting_salt(), kArgon2Least);
  const auto two = key_from_passphrase(passphrase(""), counting_salt(), kArgon2Least);
  const auto three = key_from_passphrase(passphrase("a"), {}, kArgon2Least);
  ASSERT_TRUE(one && two && three);
  EXPECT_FALSE(equal(one->reveal(), two->reveal()));
  EXPECT_FALSE(equal(one->reveal(), three->reveal()));
}

TEST(Passphrase, RefusesCostsOutOfBounds) {
  const Argon2Cost refused[] = {{64 * 1024 - 1, 1, 1}, {2 * 1024 * 1024 + 1, 1, 1}, {64 * 1024, 0, 1},
                                {64 * 1024, 17, 1},    {64 * 1024, 1, 0},           {64 * 1024, 1, 9}};
  for (const Argon2Cost& cost : refused) {
    const auto key = key_from_passphrase(passphrase("a"), counting_salt(), cost);
    ASSERT_FALSE(key.has_value());
    EXPECT_EQ(key.error().code, ErrorCode::limit_exceeded);
  }
}

}  // namespace
}  // namespace strongroom::crypto
