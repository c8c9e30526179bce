#include "crypto/signature.h"

#include <gtest/gtest.h>

#include <thread>

#include "codec/text.h"
#include "crypto/hash.h"
#include "crypto/vector_file.h"

namespace strongroom::crypto {
namespace {

using codec::hex;

Bytes unhex(std::string_view text) {
  auto decoded = codec::from_hex(text);
  EXPECT_TRUE(decoded.has_value());
  return decoded ? std::move(*decoded) : Bytes{};
}

Secret<32> seed_of(unsigned value) {
  Secret<32> out;
  for (std::byte& b : out.reveal_mutable()) b = static_cast<std::byte>(value);
  return out;
}

SigningKey key_of(unsigned value) {
  return SigningKey::from_seeds(seed_of(value), SecretBytes::copy_of(seed_of(value + 1).reveal()));
}

SigningKey hot_path_key_of(unsigned value) { return SigningKey::from_seeds(seed_of(value), {}); }

// --- Ed25519 ---

/// RFC 8032 §7.1, test 2.
TEST(Ed25519, GivesTheKnownAnswerOfRfc8032) {
  const Bytes seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const SigningKey key = SigningKey::from_seeds(vectors::secret<32>(BytesView(seed)), {});
  EXPECT_EQ(hex(key.public_half().ed25519),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes message = unhex("72");
  const auto signature = key.sign_ed25519(message);
  EXPECT_EQ(hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(verify_ed25519(key.public_half().ed25519, message, signature));
  EXPECT_FALSE(verify_ed25519(key.public_half().ed25519, unhex("73"), signature));
}

TEST(Ed25519, AgreesWithWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/ed25519_test.json");
  const auto file = vectors::load(path);
  std::size_t valid = 0;
  const std::size_t count = vectors::each_wycheproof(file, [&](const auto& group, const auto& vector) {
    const auto key = array_of<32>(vectors::bytes(group.at("publicKey").as_object(), "pk"));
    const Bytes message = vectors::bytes(vector, "msg");
    const Bytes signature = vectors::bytes(vector, "sig");
    EXPECT_EQ(verify_ed25519(key, message, signature), vectors::is_valid(vector));
    const Ed25519Verifier kept(key);
    for (int round = 0; round < 2; ++round)
      EXPECT_EQ(kept.verify(message, signature), vectors::is_valid(vector));
    valid += vectors::is_valid(vector) ? 1u : 0u;
  });
  EXPECT_GT(valid, 0u);
  EXPECT_GT(count, valid);
}

TEST(Ed25519, ThreadsMayShareAKeyAndAVerifier) {
  const SigningKey key = hot_path_key_of(5);
  const Ed25519Verifier verifier(key.public_half().ed25519);
  std::array<bool, 4> good{};
  std::vector<std::jthread> threads;
  for (bool& slot : good) {
    threads.emplace_back([&] { slot = verifier.verify(bytes_of("m"), key.sign_ed25519(bytes_of("m"))); });
  }
  threads.clear();
  EXPECT_EQ(good, (std::array{true, true, true, true}));
}

// --- ML-DSA-65 ---

/// That the seed is ξ of FIPS 204 is fixed by the Wycheproof keys below.
TEST(MlDsa65, SignsAndVerifiesAndTheKeyFollowsFromTheSeed) {
  const SigningKey key = key_of(1);
  EXPECT_EQ(key.public_half(), key_of(1).public_half());
  EXPECT_NE(key.public_half(), key_of(2).public_half());
  const Bytes one = key.sign_ml_dsa_65(bytes_of("m"));
  const Bytes two = key.sign_ml_dsa_65(bytes_of("m"));
  EXPECT_NE(one, two);  // hedged
  EXPECT_TRUE(verify_ml_dsa_65(key.public_half().ml_dsa_65, bytes_of("m"), one));
  EXPECT_TRUE(verify_ml_dsa_65(key.public_half().ml_dsa_65, bytes_of("m"), two));
  EXPECT_FALSE(verify_ml_dsa_65(key.public_half().ml_dsa_65, bytes_of("n"), one));
  EXPECT_FALSE(verify_ml_dsa_65({}, bytes_of("m"), one));
  EXPECT_FALSE(verify_ml_dsa_65(key.public_half().ml_dsa_65, bytes_of("m"), {}));
}

/// Ours is the empty context only: a signature over another context must not verify here.
template <class Verify>
void run_ml_dsa_file(const std::filesystem::path& path, Verify verify_one) {
  const auto file = vectors::load(path);
  std::size_t valid = 0;
  const std::size_t count = vectors::each_wycheproof(file, [&](const auto& group, const auto& vector) {
    const bool empty_context = !vector.contains("ctx") || vectors::text(vector, "ctx").empty();
    const bool expected = vectors::is_valid(vector) && empty_context;
    EXPECT_EQ(verify_one(vectors::bytes(group, "publicKey"), vectors::bytes(vector, "msg"),
                         vectors::bytes(vector, "sig")),
              expected);
    valid += expected ? 1u : 0u;
  });
  EXPECT_GT(valid, 0u);
  EXPECT_GT(count, valid);
}

TEST(MlDsa65, VerifiesAsWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mldsa_65_verify_test.json");
  run_ml_dsa_file(path, verify_ml_dsa_65);
}

TEST(MlDsa44, VerifiesAsWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mldsa_44_verify_test.json");
  run_ml_dsa_file(path, verify_ml_dsa_44);
}

/// Signing here is hedged, so signatures differ from the file's deterministic ones: the key made from the seed is
/// compared, the file's signature verified, and one of ours.
TEST(MlDsa65, MakesKeysFromSeedsAsWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/mldsa_65_sign_seed_test.json");
  const auto file = vectors::load(path);
  std::size_t count = 0;
  vectors::each_wycheproof(file, [&](const auto& group, const auto& vector) {
    if (!vectors::is_valid(vector)) return;
    const auto key =
        SigningKey::from_seeds(seed_of(0), SecretBytes::copy_of(vectors::bytes(group, "privateSeed")));
    EXPECT_EQ(hex(key.public_half().ml_dsa_65), vectors::text(group, "publicKey"));
    const bool empty_context = !vector.contains("ctx") || vectors::text(vector, "ctx").empty();
    if (!vector.contains("msg") || !empty_context) return;  // the internal interface and other contexts
    const Bytes message = vectors::bytes(vector, "msg");
    EXPECT_TRUE(verify_ml_dsa_65(key.public_half().ml_dsa_65, message, vectors::bytes(vector, "sig")));
    EXPECT_TRUE(verify_ml_dsa_65(key.public_half().ml_dsa_65, message, key.sign_ml_dsa_65(message)));
    ++count;
  });
  EXPECT_GT(count, 0u);
}

// --- ECDSA P-256, verification only ---

constexpr std::string_view kP256Spki =
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004798341e43d65d0b4edad231c18ccd65810799a3a411cce8b78"
    "71f1"
    "1f66ae492652673262b7d04ab9562a852d2b70112fde2daa79849d2e93c031ca72a49a2c4c";
constexpr std::string_view kP256Signature =
    "3045022100d9620d0e3ee88464d9f9ff1106f6f00b02472bb2fc191e948a3387646b1981d502201490b5fe70b5ea74ce7c1bb0ae"
    "905e"
    "97b52e96295c6ae33157e0c58aaf90833b";
constexpr std::string_view kP384Spki =
    "3076301006072a8648ce3d020106052b81040022036200047d3fb1bc224ac1296af751b5fd66effa0be18b37104cc81ff93b7fa1"
    "ceef"
    "877d2fecbe1668806a38948cec29bca90b13ad0fdf0838da7a300f48a02ee1c57b9dd6bae798b429dc4c7f47121561d04fe21750"
    "56d1"
    "0dbfae653d2eefb12bcf6b90";
constexpr std::string_view kP384Signature =
    "3065023100e271bc12e81a9174c2c2e5d1012c92c676b015a2b38e2977e16beaf6c1e5dc3dd023f1a494957a3e69467b268ea940"
    "9202"
    "300c7743607cf745fe3e77b6185f989d2b8f8b19f84ad1308297de5e69c4f4d537691c8dac55ea240bbfcd139fe4d09fc7";

TEST(EcdsaP256, VerifiesASignatureOfTheOpensslTool) {
  const Bytes spki = unhex(kP256Spki);
  const Bytes signature = unhex(kP256Signature);
  EXPECT_TRUE(verify_ecdsa_p256(spki, bytes_of("strongroom"), signature));
  EXPECT_FALSE(verify_ecdsa_p256(spki, bytes_of("strongrooms"), signature));
  EXPECT_FALSE(verify_ecdsa_p256(spki, bytes_of("strongroom"), BytesView(signature).first(40)));
}

TEST(EcdsaP256, RefusesOtherCurvesOtherKeysAndBytesAfterTheKey) {
  EXPECT_FALSE(verify_ecdsa_p256(unhex(kP384Spki), bytes_of("strongroom"), unhex(kP384Signature)));
  Bytes longer = unhex(kP256Spki);
  longer.push_back(std::byte{0});
  EXPECT_FALSE(verify_ecdsa_p256(longer, bytes_of("strongroom"), unhex(kP256Signature)));
  EXPECT_FALSE(verify_ecdsa_p256({}, bytes_of("strongroom"), unhex(kP256Signature)));
}

// --- Typed lists (protocol §1.5) ---

TEST(SignatureList, HoldsWithBothAndWithEd25519Only) {
  const SigningKey key = key_of(1);
  const auto both = sign(key, SignaturePolicy::both, "roster", bytes_of("object"));
  ASSERT_EQ(both.size(), 2u);
  EXPECT_TRUE(
      verify(key.public_half(), SignaturePolicy::both, "roster", bytes_of("object"), both).has_value());
  EXPECT_TRUE(verify(key.public_half(), SignaturePolicy::ed25519_only, "roster", bytes_of("object"), both)
                  .has_value());
  const SigningKey hot = hot_path_key_of(1);
  const auto one = sign(hot, SignaturePolicy::ed25519_only, "entry", bytes_of("object"));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_TRUE(
      verify(hot.public_half(), SignaturePolicy::ed25519_only, "entry", bytes_of("object"), one).has_value());
}

TEST(SignatureList, RefusesAnotherLabelMessageOrSigner) {
  const SigningKey key = key_of(1);
  const auto list = sign(key, SignaturePolicy::both, "roster", bytes_of("object"));
  const auto refused = [&](const SigningPublic& signer, std::string_view label, std::string_view message) {
    const auto held = verify(signer, SignaturePolicy::both, label, bytes_of(message), list);
    return !held && held.error().code == ErrorCode::unauthenticated;
  };
  EXPECT_TRUE(refused(key.public_half(), "request", "object"));
  EXPECT_TRUE(refused(key.public_half(), "roster", "objects"));
  EXPECT_TRUE(refused(key_of(9).public_half(), "roster", "object"));
  SigningPublic half = key.public_half();
  half.ml_dsa_65 = key_of(9).public_half().ml_dsa_65;
  EXPECT_TRUE(refused(half, "roster", "object"));
}

TEST(SignatureList, RefusesAMissingRepeatedOrMisorderedType) {
  const SigningKey key = key_of(1);
  const auto good = sign(key, SignaturePolicy::both, "l", bytes_of("m"));
  const auto holds = [&](SignatureList list, SignaturePolicy policy) {
    return verify(key.public_half(), policy, "l", bytes_of("m"), list).has_value();
  };
  EXPECT_FALSE(holds({}, SignaturePolicy::ed25519_only));
  EXPECT_FALSE(holds({good[0]}, SignaturePolicy::both));
  EXPECT_TRUE(holds({good[0]}, SignaturePolicy::ed25519_only));
  EXPECT_FALSE(holds({good[1]}, SignaturePolicy::ed25519_only));
  EXPECT_FALSE(holds({good[1], good[0]}, SignaturePolicy::both));
  EXPECT_FALSE(holds({good[0], good[0], good[1]}, SignaturePolicy::both));
}

TEST(SignatureList, RefusesABadSecondSignatureEvenWhereItIsNotDemanded) {
  const SigningKey key = key_of(1);
  auto list = sign(key, SignaturePolicy::both, "l", bytes_of("m"));
  list[1].signature[100] ^= std::byte{1};
  EXPECT_FALSE(
      verify(key.public_half(), SignaturePolicy::ed25519_only, "l", bytes_of("m"), list).has_value());
}

TEST(SignatureList, ReadsWhatItWrote) {
  const SigningKey key = key_of(1);
  const auto list = sign(key, SignaturePolicy::both, "l", bytes_of("m"));
  cbor::Writer w;
  put_signatures(w, list);
  put_public(w, key.public_half());
  put_public(w, hot_path_key_of(3).public_half());
  const Bytes bytes = w.take();
  cbor::Reader r(bytes);
  EXPECT_EQ(get_signatures(r).value(), list);
  EXPECT_EQ(get_public(r).value(), key.public_half());
  EXPECT_EQ(get_public(r).value(), hot_path_key_of(3).public_half());
  EXPECT_TRUE(r.end().has_value());
}

ErrorCode refusal_of(const cbor::Writer& w) {
  cbor::Reader r(w.view());
  const auto list = get_signatures(r);
  return list ? ErrorCode::internal : list.error().code;
}

TEST(SignatureList, RefusesUnknownTypesWrongLengthsOrderAndTooMany) {
  const Bytes short_one(kEd25519SignatureBytes);
  const Bytes long_one(kMlDsa65SignatureBytes);
  cbor::Writer unknown;
  unknown.array(1).array(2).uint(3).bytes(short_one);
  EXPECT_EQ(refusal_of(unknown), ErrorCode::unsupported);
  cbor::Writer wrong_length;
  wrong_length.array(1).array(2).uint(2).bytes(short_one);
  EXPECT_EQ(refusal_of(wrong_length), ErrorCode::malformed);
  cbor::Writer order;
  order.array(2).array(2).uint(2).bytes(long_one).array(2).uint(1).bytes(short_one);
  EXPECT_EQ(refusal_of(order), ErrorCode::malformed);
  cbor::Writer twice;
  twice.array(2).array(2).uint(1).bytes(short_one).array(2).uint(1).bytes(short_one);
  EXPECT_EQ(refusal_of(twice), ErrorCode::malformed);
  cbor::Writer many;
  many.array(3).null().null().null();
  EXPECT_EQ(refusal_of(many), ErrorCode::limit_exceeded);
}

TEST(SigningPublic, RefusesAPublicHalfOfAWrongLength) {
  cbor::Writer w;
  w.array(2).bytes(Bytes(32)).bytes(Bytes(1951));
  cbor::Reader r(w.view());
  EXPECT_EQ(get_public(r).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace strongroom::crypto
