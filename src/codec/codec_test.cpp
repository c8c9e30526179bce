#include <gtest/gtest.h>

#include "codec/cbor.h"
#include "codec/json_text.h"
#include "codec/text.h"

namespace strongroom {
namespace {

Bytes from(std::string_view hex) { return codec::from_hex(hex).value(); }

// RFC 8949 appendix A.
TEST(Cbor, WritesTheExamplesOfTheStandard) {
  using cbor::Writer;
  EXPECT_EQ(Writer().uint(23).take(), from("17"));
  EXPECT_EQ(Writer().uint(24).take(), from("1818"));
  EXPECT_EQ(Writer().uint(1000).take(), from("1903e8"));
  EXPECT_EQ(Writer().uint(1000000).take(), from("1a000f4240"));
  EXPECT_EQ(Writer().uint(1000000000000).take(), from("1b000000e8d4a51000"));
  EXPECT_EQ(Writer().uint(UINT64_MAX).take(), from("1bffffffffffffffff"));
  EXPECT_EQ(Writer().integer(-1).take(), from("20"));
  EXPECT_EQ(Writer().integer(-1000).take(), from("3903e7"));
  EXPECT_EQ(Writer().text("\xC3\xBC").take(), from("62c3bc"));
  EXPECT_EQ(Writer().bytes(from("01020304")).take(), from("4401020304"));
  EXPECT_EQ(Writer().array(2).boolean(true).null().take(), from("82f5f6"));
}

TEST(Cbor, RefusesEveryOtherEncoding) {
  const auto refused = [](std::string_view hex) {
    const Bytes bytes = from(hex);
    cbor::Reader r(bytes);
    const auto item = r.item();
    return !item || !r.end();
  };
  for (std::string_view hex : {"1817",
                               "190018",
                               "1a0000ffff",
                               "1b00000000ffffffff",  // longer heads than needed
                               "9fff",
                               "5f4101ff",
                               "bf6161f5ff",
                               "7f6161ff",           // indefinite lengths
                               "c074",
                               "f93c00",
                               "fb3ff0000000000000",
                               "f7",
                               "f8ff",   // tags, floats, simple values
                               "a2616201616101",
                               "a2616101616102",
                               "a10101",           // order, repeats, key type
                               "62c328",
                               "6261",
                               "8201",
                               "0000",
                               "1c",
                               "",
                               "9affffffff"})
    EXPECT_TRUE(refused(hex)) << hex;
  EXPECT_FALSE(refused("a2616101616202"));
}

TEST(Cbor, BoundsNesting) {
  Bytes deep(1000, std::byte{0x81});
  deep.push_back(std::byte{0});
  cbor::Reader r(deep);
  EXPECT_EQ(r.item().error().code, ErrorCode::limit_exceeded);
}

TEST(Cbor, MapBuilderSortsByEncodedKey) {
  cbor::MapBuilder b;
  b.add("bb", cbor::Writer().uint(1).take())
      .add("a", cbor::Writer().uint(2).take())
      .add("ab", cbor::Writer().uint(3).take());
  const Bytes bytes = b.take();
  EXPECT_EQ(codec::hex(bytes), "a36161026261620362626201");
  cbor::Reader r(bytes);
  EXPECT_EQ(r.text_map().value().size(), 3u);
}

TEST(Base64, IsStrict) {
  EXPECT_EQ(codec::base64(bytes_of("")), "");
  EXPECT_EQ(codec::base64(bytes_of("f")), "Zg==");
  EXPECT_EQ(codec::base64(bytes_of("fo")), "Zm8=");
  EXPECT_EQ(codec::base64(bytes_of("foobar")), "Zm9vYmFy");
  EXPECT_EQ(text_of(codec::from_base64("Zm9vYmE=").value()), "fooba");
  for (std::string_view bad : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm 8", "Zg==Zg==", "Z===", "_w==", "Zg=a"})
    EXPECT_FALSE(codec::from_base64(bad)) << bad;
}

TEST(Hex, IsStrict) {
  EXPECT_EQ(codec::hex(bytes_of("\x01\xAF")), "01af");
  EXPECT_FALSE(codec::from_hex("AF"));
  EXPECT_FALSE(codec::from_hex("a"));
}

TEST(Decimal, RefusesSignsZerosAndOverflow) {
  EXPECT_EQ(codec::from_decimal("18446744073709551615", UINT64_MAX).value(), UINT64_MAX);
  EXPECT_EQ(codec::from_decimal("0", 10).value(), 0u);
  for (std::string_view bad : {"", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "0x1"})
    EXPECT_FALSE(codec::from_decimal(bad, UINT64_MAX)) << bad;
  EXPECT_FALSE(codec::from_decimal("11", 10));
  EXPECT_FALSE(codec::from_decimal("7", 5));
}

TEST(JsonString, HoldsNoControlCharacterOfEitherRange) {
  EXPECT_EQ(codec::json_string("a\xC2\x9B"
                               "2J"),
            "\"a\\u009b2J\"");
  EXPECT_EQ(codec::json_string("\x1B\x7F\n"), "\"\\u001b\\u007f\\u000a\"");
  EXPECT_EQ(codec::json_string("\x9B\xC2"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(codec::json_string("\xC3\xA9\"\\"), "\"\xC3\xA9\\\"\\\\\"");
}

}  // namespace
}  // namespace strongroom
