#include "crypto/xwing.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/hash.h"
#include "crypto/vector_file.h"

namespace strongroom::crypto::xwing {
namespace {

using codec::hex;

ByteArray<32> figures(std::byte first) {
  ByteArray<32> out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::byte>(std::to_integer<std::size_t>(first) + i);
  return out;
}

Secret<64> randomness_of(std::byte first) {
  Secret<64> out;
  for (std::byte& b : out.reveal_mutable()) b = first;
  return out;
}

/// The first vector of the draft; the long values by their SHA-256.
TEST(XWing, GivesTheFirstKnownAnswerOfTheDraft) {
  const auto seed = codec::from_hex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26");
  const auto eseed = codec::from_hex(
      "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
      "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2");
  const PrivateKey key(vectors::secret<32>(*seed));
  const auto made = encapsulate(key.public_key(), vectors::secret<64>(*eseed));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(hex(BytesView(key.public_key()).first(8)), "e2236b35a8c24b39");
  EXPECT_EQ(hex(made->shared.reveal()), "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384");
  EXPECT_EQ(hex(key.decapsulate(made->ciphertext).reveal()), hex(made->shared.reveal()));
}

TEST(XWing, AgreesWithTheVectorsOfTheDraft) {
  STRONGROOM_CORPUS(path, "vectors/xwing/test-vectors.json");
  std::size_t count = 0;
  const auto file = vectors::load(path);
  for (const auto& item : file.as_array()) {
    const auto& vector = item.as_object();
    const PrivateKey key(vectors::secret<32>(vector, "seed"));
    EXPECT_EQ(hex(key.public_key()), vectors::text(vector, "pk"));
    const auto made = encapsulate(key.public_key(), vectors::secret<64>(vector, "eseed"));
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(hex(made->ciphertext), vectors::text(vector, "ct"));
    EXPECT_EQ(hex(made->shared.reveal()), vectors::text(vector, "ss"));
    EXPECT_EQ(hex(key.decapsulate(made->ciphertext).reveal()), vectors::text(vector, "ss"));
    ++count;
  }
  EXPECT_GT(count, 0u);
}

TEST(XWing, PublicKeyOfASeedIsThatOfThePrivateKey) {
  const auto seed = Secret<32>::copy_of(figures(std::byte{1}));
  EXPECT_EQ(public_from_seed(seed), PrivateKey(seed).public_key());
}

TEST(XWing, EncapsulationIsAFunctionOfItsRandomness) {
  const PrivateKey key(Secret<32>::copy_of(figures(std::byte{7})));
  const auto one = encapsulate(key.public_key(), randomness_of(std::byte{1}));
  const auto again = encapsulate(key.public_key(), randomness_of(std::byte{1}));
  const auto other = encapsulate(key.public_key(), randomness_of(std::byte{2}));
  ASSERT_TRUE(one && again && other);
  EXPECT_EQ(one->ciphertext, again->ciphertext);
  EXPECT_NE(one->ciphertext, other->ciphertext);
  EXPECT_FALSE(equal(one->shared.reveal(), other->shared.reveal()));
}

TEST(XWing, RefusesAPublicKeyThatFailsTheModulusCheck) {
  PublicKey key = public_from_seed(Secret<32>::copy_of(figures(std::byte{3})));
  key[0] = std::byte{0xff};  // the first coefficient becomes 4095, above q = 3329
  key[1] |= std::byte{0x0f};
  const auto made = encapsulate(key, randomness_of(std::byte{1}));
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::malformed);
}

TEST(XWing, RefusesAnX25519KeyOfLowOrder) {
  PublicKey key = public_from_seed(Secret<32>::copy_of(figures(std::byte{3})));
  for (std::size_t i = kPublicBytes - 32; i < kPublicBytes; ++i) key[i] = std::byte{0};
  const auto made = encapsulate(key, randomness_of(std::byte{1}));
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::malformed);
}

TEST(XWing, AWrongCiphertextGivesAnUnrelatedSecret) {
  const PrivateKey key(Secret<32>::copy_of(figures(std::byte{9})));
  const auto made = encapsulate(key.public_key(), randomness_of(std::byte{5}));
  ASSERT_TRUE(made.has_value());
  for (const std::size_t changed : {std::size_t{0}, kCiphertextBytes - 33, kCiphertextBytes - 1}) {
    Ciphertext wrong = made->ciphertext;
    wrong[changed] ^= std::byte{1};
    EXPECT_FALSE(equal(key.decapsulate(wrong).reveal(), made->shared.reveal())) << changed;
  }
  Ciphertext low_order = made->ciphertext;
  for (std::size_t i = kCiphertextBytes - 32; i < kCiphertextBytes; ++i) low_order[i] = std::byte{0};
  EXPECT_FALSE(equal(key.decapsulate(low_order).reveal(), made->shared.reveal()));
}

}  // namespace
}  // namespace strongroom::crypto::xwing
