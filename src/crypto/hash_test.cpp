#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <thread>

#include "codec/text.h"
#include "crypto/vector_file.h"
#include "crypto/xof.h"

namespace strongroom::crypto {
namespace {

using codec::hex;

Bytes filled(std::size_t size, unsigned value) { return Bytes(size, static_cast<std::byte>(value)); }

Bytes counting(unsigned first, unsigned last) {
  Bytes out;
  for (unsigned v = first; v <= last; ++v) out.push_back(static_cast<std::byte>(v));
  return out;
}

std::string expanded_hex(BytesView prk, BytesView info, std::size_t size) {
  Bytes out(size);
  hkdf_expand(prk, info, out);
  return hex(out);
}

// --- Digests: FIPS 180-4 and FIPS 202 examples ---

TEST(Sha256, GivesTheKnownAnswersOfFips180) {
  EXPECT_EQ(hex(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(BytesView{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(filled(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfPartsIsThatOfTheWhole) {
  EXPECT_EQ(sha256({bytes_of("a"), {}, bytes_of("bc")}), sha256(bytes_of("abc")));
}

TEST(Sha512, GivesTheKnownAnswersOfFips180) {
  EXPECT_EQ(hex(sha512(bytes_of("abc"))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Sha3, GivesTheKnownAnswersOfFips202) {
  EXPECT_EQ(hex(sha3_256({})), "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  EXPECT_EQ(hex(sha3_256({bytes_of("ab"), bytes_of("c")})),
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

TEST(Shake, GivesTheKnownAnswersOfFips202) {
  Bytes out(32);
  shake256({}, out);
  EXPECT_EQ(hex(out), "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
  shake128({}, out);
  EXPECT_EQ(hex(out), "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26");
}

TEST(Hasher, OfPiecesIsThatOfTheWholeAndStartsOver) {
  Hasher short_one(Hasher::Kind::sha256);
  Hasher long_one(Hasher::Kind::sha512);
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(equal(short_one.add(bytes_of("a")).add(bytes_of("bc")).finish(), sha256(bytes_of("abc"))));
    EXPECT_TRUE(equal(long_one.add(bytes_of("a")).add(bytes_of("bc")).finish(), sha512(bytes_of("abc"))));
  }
}

TEST(Sha256, GivesTheSameOnManyThreads) {
  std::vector<std::jthread> threads;
  std::array<Hash256, 4> out{};
  for (Hash256& slot : out) threads.emplace_back([&slot] { slot = sha256(bytes_of("abc")); });
  threads.clear();
  for (const Hash256& slot : out) EXPECT_EQ(slot, sha256(bytes_of("abc")));
}

// --- HMAC: RFC 4231 ---

TEST(Hmac, GivesTheKnownAnswersOfRfc4231) {
  const auto mac = [](BytesView key, BytesView data) { return hex(Hmac(key).of({data})); };
  EXPECT_EQ(mac(filled(20, 0x0b), bytes_of("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac(bytes_of("Jefe"), bytes_of("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(filled(20, 0xaa), filled(50, 0xdd)),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(mac(counting(1, 25), filled(50, 0xcd)),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(mac(filled(131, 0xaa), bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(
      mac(filled(131, 0xaa), bytes_of("This is a test using a larger than block-size key and a larger than "
                                      "block-size data. The key needs to be hashed before being used by the "
                                      "HMAC algorithm.")),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Hmac, GivesTheSameTheFirstTimeAndEveryLaterTime) {
  Hmac mac(bytes_of("Jefe"));
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(hex(mac.of({bytes_of("what do ya want "), bytes_of("for nothing?")})),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_NE(hex(mac.of({bytes_of("what do ya want for something?")})),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
}

TEST(Hmac, KeysOfOneThreadDoNotMix) {
  Hmac one(bytes_of("one"));
  Hmac other(bytes_of("other"));
  const Hash256 of_one = one.of({bytes_of("x")});
  const Hash256 of_other = other.of({bytes_of("x")});
  EXPECT_NE(of_one, of_other);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(one.of({bytes_of("x")}), of_one);
    EXPECT_EQ(other.of({bytes_of("x")}), of_other);
    EXPECT_EQ(sha256(bytes_of("abc")), sha256({bytes_of("abc")}));
  }
  Hmac moved = std::move(one);
  EXPECT_EQ(moved.of({bytes_of("x")}), of_one);
}

// --- HKDF: RFC 5869 ---

TEST(Hkdf, GivesTheKnownAnswersOfRfc5869) {
  const Secret<32> one = hkdf_extract(counting(0x00, 0x0c), filled(22, 0x0b));
  EXPECT_EQ(hex(one.reveal()), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(expanded_hex(one.reveal(), counting(0xf0, 0xf9), 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const Secret<32> two = hkdf_extract(counting(0x60, 0xaf), counting(0x00, 0x4f));
  EXPECT_EQ(hex(two.reveal()), "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244");
  EXPECT_EQ(expanded_hex(two.reveal(), counting(0xb0, 0xff), 82),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

TEST(Hkdf, WithEmptySaltIsTestCaseThreeOfRfc5869) {
  const Secret<32> prk = hkdf_extract({}, filled(22, 0x0b));
  EXPECT_EQ(hex(prk.reveal()), "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  const std::string okm =
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
  EXPECT_EQ(expanded_hex(prk.reveal(), {}, 42), okm);
  Hkdf kept(filled(22, 0x0b));
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(hex(kept.bytes({}, 42).reveal()), okm);
    EXPECT_EQ(hex(kept.key({}).reveal()), okm.substr(0, 64));
    EXPECT_EQ(hex(kept.key64({}).reveal()).substr(0, 84), okm);
  }
}

TEST(HkdfDeath, StopsAboveTheLargestOutput) {
  Bytes out(255 * 32 + 1);
  EXPECT_DEATH(hkdf_expand(counting(1, 32), {}, out), "");
}

TEST(Hkdf, AgreesWithWycheproof) {
  STRONGROOM_CORPUS(path, "vectors/wycheproof/hkdf_sha256_test.json");
  const auto file = vectors::load(path);
  std::size_t expanded = 0;
  const std::size_t seen = vectors::each_wycheproof(file, [&](const auto&, const auto& vector) {
    const auto size = static_cast<std::size_t>(vector.at("size").as_int64());
    if (!vectors::is_valid(vector)) {
      EXPECT_GT(size, 255u * 32u);  // too large is the only defect there; it is a CHECK here (above)
      return;
    }
    const Secret<32> prk = hkdf_extract(vectors::bytes(vector, "salt"), vectors::bytes(vector, "ikm"));
    EXPECT_EQ(expanded_hex(prk.reveal(), vectors::bytes(vector, "info"), size), vectors::text(vector, "okm"));
    ++expanded;
  });
  EXPECT_GT(expanded, 0u);
  EXPECT_GE(seen, expanded);
}

}  // namespace
}  // namespace strongroom::crypto
