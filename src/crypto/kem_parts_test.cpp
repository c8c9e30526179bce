#include <gtest/gtest.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/openssl_kem_parts.h"
#include "crypto/vector_file.h"

namespace strongroom::crypto::kem_parts {
namespace {

using codec::hex;

std::string public_hex(const MlKem768& key) {
  Bytes out(kMlKemPublicBytes);
  key.public_key(out);
  return hex(out);
}

bool has_flag(const boost::json::object& vector, std::string_view flag) {
  const auto& flags = vector.at("flags").as_array();
  return std::any_of(flags.begin(), flags.end(), [&](const auto& item) { return item.as_string() == flag; });
}

/// RFC 7748 §5.2.
TEST(X25519, GivesTheKnownAnswerOfRfc7748) {
  const auto scalar = codec::from_hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
  const auto point = codec::from_hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
  const auto shared = X25519(*scalar).agree(*point);
  ASSERT_TRUE(shared.has_value());
  EXPECT_EQ(hex(shared->reveal()), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

TEST(X25519, AgreesWithWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/x25519_test.json");
  const auto file = vectors::load(path);
  std::size_t agreed = 0;
  std::size_t refused = 0;
  vectors::each_wycheproof(file, [&](const auto&, const auto& vector) {
    const auto shared = X25519(vectors::bytes(vector, "private")).agree(vectors::bytes(vector, "public"));
    if (has_flag(vector, "ZeroSharedSecret")) {
      EXPECT_FALSE(shared.has_value());
      ++refused;
      return;
    }
    ASSERT_TRUE(shared.has_value());
    EXPECT_EQ(hex(shared->reveal()), vectors::text(vector, "shared"));
    ++agreed;
  });
  EXPECT_GT(agreed, 0u);
  EXPECT_GT(refused, 0u);
}

TEST(MlKem768, MakesKeysAsWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mlkem_768_keygen_seed_test.json");
  const auto file = vectors::load(path);
  const std::size_t count = vectors::each_wycheproof(file, [](const auto&, const auto& vector) {
    EXPECT_EQ(public_hex(MlKem768(vectors::secret<64>(vector, "seed"))), vectors::text(vector, "ek"));
  });
  EXPECT_GT(count, 0u);
}

TEST(MlKem768, EncapsulatesAsWycheproofAndRefusesUnreducedKeys) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mlkem_768_encaps_test.json");
  const auto file = vectors::load(path);
  std::size_t made = 0;
  std::size_t refused = 0;
  vectors::each_wycheproof(file, [&](const auto&, const auto& vector) {
    Bytes ciphertext(kMlKemCiphertextBytes);
    const auto shared =
        ml_kem_768_encapsulate(vectors::bytes(vector, "ek"), vectors::secret<32>(vector, "m"), ciphertext);
    EXPECT_EQ(shared.has_value(), vectors::is_valid(vector));
    if (!vectors::is_valid(vector)) {
      ++refused;
      return;
    }
    ASSERT_TRUE(shared.has_value());
    EXPECT_EQ(hex(ciphertext), vectors::text(vector, "c"));
    EXPECT_EQ(hex(shared->reveal()), vectors::text(vector, "K"));
    ++made;
  });
  EXPECT_GT(made, 0u);
  EXPECT_GT(refused, 0u);
}

/// Among them the implicit rejections. Seeds and ciphertexts of a wrong length cannot be asked for: the types
/// and the callers fix the lengths.
TEST(MlKem768, DecapsulatesAsWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mlkem_768_test.json");
  const auto file = vectors::load(path);
  std::size_t count = 0;
  vectors::each_wycheproof(file, [&](const auto&, const auto& vector) {
    const Bytes seed = vectors::bytes(vector, "seed");
    const Bytes ciphertext = vectors::bytes(vector, "c");
    if (!vectors::is_valid(vector)) {
      EXPECT_TRUE(seed.size() != kMlKemSeedBytes || ciphertext.size() != kMlKemCiphertextBytes);
      return;
    }
    const MlKem768 key(vectors::secret<64>(BytesView(seed)));
    EXPECT_EQ(public_hex(key), vectors::text(vector, "ek"));
    EXPECT_EQ(hex(key.decapsulate(ciphertext).reveal()), vectors::text(vector, "K"));
    ++count;
  });
  EXPECT_GT(count, 0u);
}

}  // namespace
}  // namespace strongroom::crypto::kem_parts
