#include "crypto/aead.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/aead_parts.h"
#include "crypto/vector_file.h"

namespace strongroom::crypto {
namespace {

using codec::hex;

Secret<32> key_of(unsigned value) {
  Secret<32> out;
  for (std::byte& b : out.reveal_mutable()) b = static_cast<std::byte>(value);
  return out;
}

/// Cases 13 and 14 of McGrew and Viega's specification of GCM.
TEST(Aead, GivesTheKnownAnswersOfGcm) {
  EXPECT_EQ(hex(aead_seal(key_of(0), kZeroNonce, {}, {})), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(hex(aead_seal(key_of(0), kZeroNonce, {}, Bytes(16))),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(Aead, OpensWhatItSealed) {
  const Bytes sealed = aead_seal(key_of(1), kZeroNonce, bytes_of("bound"), bytes_of("text"));
  EXPECT_EQ(sealed.size(), 4 + kAeadTagBytes);
  const auto opened = aead_open(key_of(1), kZeroNonce, bytes_of("bound"), sealed);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(text_of(opened->reveal()), "text");
  const auto plain = aead_open_plain(key_of(1), kZeroNonce, bytes_of("bound"), sealed);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(text_of(*plain), "text");
}

TEST(Aead, RefusesAnotherKeyNonceOrBinding) {
  const Bytes sealed = aead_seal(key_of(1), kZeroNonce, bytes_of("bound"), bytes_of("text"));
  ByteArray<12> other_nonce{};
  other_nonce[11] = std::byte{1};
  EXPECT_EQ(aead_open(key_of(2), kZeroNonce, bytes_of("bound"), sealed).error().code,
            ErrorCode::unauthenticated);
  EXPECT_FALSE(aead_open(key_of(1), other_nonce, bytes_of("bound"), sealed).has_value());
  EXPECT_FALSE(aead_open(key_of(1), kZeroNonce, {}, sealed).has_value());
  EXPECT_TRUE(aead_open(key_of(1), kZeroNonce, bytes_of("bound"), sealed).has_value());
}

TEST(Aead, RefusesEveryChangedBitAndEveryShorterCiphertext) {
  const Bytes sealed = aead_seal(key_of(1), kZeroNonce, {}, bytes_of("text"));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes wrong = sealed;
    wrong[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    EXPECT_FALSE(aead_open_plain(key_of(1), kZeroNonce, {}, wrong).has_value()) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(aead_open(key_of(1), kZeroNonce, {}, BytesView(sealed).first(size)).has_value()) << size;
  }
}

TEST(Aead, LeavesNothingOfARefusedPlaintext) {
  Bytes sealed = aead_seal(key_of(1), kZeroNonce, {}, bytes_of("text"));
  sealed.back() ^= std::byte{1};
  Bytes out(4, std::byte{0xee});
  EXPECT_FALSE(aead_open_into(AeadCipher::aes_256_gcm, key_of(1).reveal(), kZeroNonce, {}, sealed, out));
  EXPECT_EQ(out, Bytes(4));
}

/// AES-256 with 96-bit nonces, in both directions; other key and nonce sizes cannot be asked for.
TEST(Aead, AgreesWithWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/aes_gcm_test.json");
  const auto file = vectors::load(path);
  std::size_t valid = 0;
  std::size_t invalid = 0;
  vectors::each_wycheproof(file, [&](const auto& group, const auto& vector) {
    if (group.at("keySize").as_int64() != 256 || group.at("ivSize").as_int64() != 96) return;
    const auto key = vectors::secret<32>(vector, "key");
    const auto nonce = array_of<12>(vectors::bytes(vector, "iv"));
    const Bytes aad = vectors::bytes(vector, "aad");
    Bytes sealed = vectors::bytes(vector, "ct");
    append(sealed, vectors::bytes(vector, "tag"));
    const auto opened = aead_open_plain(key, nonce, aad, sealed);
    EXPECT_EQ(opened.has_value(), vectors::is_valid(vector));
    if (vectors::is_valid(vector)) {
      EXPECT_EQ(hex(opened.value_or(Bytes{})), vectors::text(vector, "msg"));
      EXPECT_EQ(hex(aead_seal(key, nonce, aad, vectors::bytes(vector, "msg"))), hex(sealed));
      ++valid;
    } else {
      ++invalid;
    }
  });
  EXPECT_GT(valid, 0u);
  EXPECT_GT(invalid, 0u);
}

}  // namespace
}  // namespace strongroom::crypto
