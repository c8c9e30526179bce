#include <gtest/gtest.h>

#include "capture/ciphers/ciphers.h"
#include "codec/text.h"

namespace strongroom::capture::ciphers {
namespace {

Bytes unhex(std::string_view text) { return codec::from_hex(text).value(); }

TEST(Ciphers, AgreeWithTheExamplesOfSp80038a) {  // NIST SP 800-38A F.2.6, F.5.6
  const Bytes key = unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const Bytes plain = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  EXPECT_EQ(decrypt(Mode::aes_256_cbc_unpadded, key, unhex("000102030405060708090a0b0c0d0e0f"),
                    unhex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"))
                .value(),
            plain);
  EXPECT_EQ(decrypt(Mode::aes_256_ctr, key, unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
                    unhex("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"))
                .value(),
            plain);
  EXPECT_EQ(decrypt(Mode::aes_256_cbc, key, Bytes(16), Bytes(32)).error().code, ErrorCode::corrupt);
  EXPECT_EQ(decrypt(Mode::aes_256_cbc, Bytes(16), Bytes(16), {}).error().code, ErrorCode::malformed);
}

TEST(Ciphers, AgreeWithTheGcmSpecification) {  // McGrew and Viega, test case 14
  const Bytes cipher = unhex("cea7403d4d606b6e074ec5d3baf39d18"),
              tag = unhex("d0d1c8a799996bf0265b98b5d48ab919");
  EXPECT_EQ(open_gcm(Bytes(32), Bytes(12), cipher, tag).value(), Bytes(16));
  EXPECT_EQ(open_gcm(Bytes(32), Bytes(12), cipher, Bytes(16)).error().code, ErrorCode::corrupt);
}

TEST(Ciphers, HmacAgreesWithRfc4231AndPbkdf2WithRfc6070) {  // RFC 4231 case 2; RFC 6070 cases 1 and 2
  const std::string_view key = "Jefe", data = "what do ya want for nothing?";
  EXPECT_EQ(codec::hex(HmacReader(HmacReader::Hash::sha256, bytes_of(key)).add(bytes_of(data)).finish()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      codec::hex(HmacReader(HmacReader::Hash::sha512, bytes_of(key)).add(bytes_of(data)).finish()),
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdca"
      "eab1a34d4a6b4b636e070a38bce737");
  EXPECT_EQ(codec::hex(pbkdf2(Pbkdf2Hash::sha1, bytes_of("password"), bytes_of("salt"), 2, 20)->reveal()),
            "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  EXPECT_EQ(pbkdf2(Pbkdf2Hash::sha1, {}, {}, 0, 20).error().code, ErrorCode::malformed);
  EXPECT_EQ(pbkdf2(Pbkdf2Hash::sha1, {}, {}, 1u << 30, 20).error().code, ErrorCode::limit_exceeded);
}

TEST(Ciphers, AKeyThatIsNoneIsRefused) {
  EXPECT_EQ(
      rsa_unwrap("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", Bytes(256)).error().code,
      ErrorCode::malformed);
}

}  // namespace
}  // namespace strongroom::capture::ciphers
