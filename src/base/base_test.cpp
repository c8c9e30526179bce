#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/char_set.h"
#include "base/check.h"
#include "base/counted.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/utf16.h"
#include "base/utf8.h"

namespace strongroom {
namespace {

TEST(Counted, SaysOneAndMany) {
  EXPECT_EQ(counted(1, "entry"), "1 entry");
  EXPECT_EQ(counted(2, "entry"), "2 entries");
  EXPECT_EQ(counted(0, "folder"), "0 folders");
  EXPECT_EQ(counted(3, "batch"), "3 batches");
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::malformed, "the number is odd", "n", "give an even number");
  return n / 2;
}
Result<int> quarter(int n) { return TRY(half(TRY_IN("first half", half(n)))); }
Result<void> nothing(int n) {
  TRY(half(n));
  return {};
}

TEST(Error, TryReturnsTheValueOrTheError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(7).error().where, "first half: n");
  EXPECT_TRUE(nothing(2));
  EXPECT_EQ(nothing(3).error().code, ErrorCode::malformed);
}

TEST(Error, SaysWhatWhereAndWhatToDo) {
  EXPECT_EQ(half(1).error().to_string(), "the number is odd (n)\n  hint: give an even number");
}

TEST(Utf16, CountsCodeUnits) {
  EXPECT_EQ(utf16::length_of(""), 0u);
  EXPECT_EQ(utf16::length_of("a\u00e9\u20ac"), 3u);
  EXPECT_EQ(utf16::length_of("\U0001F600"), 2u);
}

TEST(Check, StopsTheProgram) { EXPECT_DEATH(CHECK(1 == 2), "broken invariant: 1 == 2"); }

TEST(Secret, IsWipedWhenMovedFromAndWhenFreed) {
  auto a = SecretBytes::copy_of(bytes_of("a passphrase"));
  const std::byte* memory = a.reveal().data();
  SecretBytes b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT: looking at the moved-from object is the test
  EXPECT_EQ(text_of(b.reveal()), "a passphrase");
  b.clear();
  SecretBytes again(12);  // the pool hands the same cell out again
  EXPECT_EQ(again.reveal().data(), memory);
  for (std::byte byte : again.reveal()) EXPECT_EQ(byte, std::byte{0});
}

TEST(Secret, ComparesInFull) {
  EXPECT_TRUE(equal_constant_time(bytes_of("abc"), bytes_of("abc")));
  EXPECT_FALSE(equal_constant_time(bytes_of("abc"), bytes_of("abd")));
  EXPECT_FALSE(equal_constant_time(bytes_of("abc"), bytes_of("ab")));
}

TEST(Utf8, RefusesOverlongSurrogatesAndTooLarge) {
  EXPECT_TRUE(utf8::is_valid("héllo 漢字 \xF0\x9F\x98\x80"));
  EXPECT_FALSE(utf8::is_valid("\xC0\x80"));
  EXPECT_FALSE(utf8::is_valid("\xED\xA0\x80"));
  EXPECT_FALSE(utf8::is_valid("\xF4\x90\x80\x80"));
  EXPECT_FALSE(utf8::is_valid("\xE6\xBC"));
  EXPECT_EQ(utf8::repaired("a\xFFz"), "a\xEF\xBF\xBDz");
}

TEST(Utf8, ValidIsWhatDecodesForEverySequenceOfThreeBytesAndTheEdgesOfFour) {
  const auto decodes = [](std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      if (!utf8::next(text, at)) return false;
    }
    return true;
  };
  std::string text(4, 'a');
  std::size_t different = 0;
  for (unsigned n = 0; n < 1u << 24; ++n) {
    for (std::size_t i = 0; i < 3; ++i) text[i] = static_cast<char>(n >> (16 - 8 * i));
    const std::string_view three(text.data(), 3);
    different += utf8::is_valid(three) == decodes(three) ? 0u : 1u;
  }
  for (unsigned n = 0xEF0000; n < 0xF60000; ++n) {
    for (std::size_t i = 0; i < 3; ++i) text[i] = static_cast<char>(n >> (16 - 8 * i));
    for (const char last : {'a', '\x7F', '\x80', '\xBF', '\xC0'}) {
      text[3] = last;
      different += utf8::is_valid(text) == decodes(text) ? 0u : 1u;
    }
  }
  EXPECT_EQ(different, 0u);
  EXPECT_FALSE(utf8::is_valid("eight by\x80"));
  EXPECT_TRUE(utf8::is_valid("eight byeight by\xC3\xA9"));
}

TEST(Utf8, OneLineHoldsNoControlCharacter) {
  EXPECT_EQ(utf8::one_line("a\n\x1B[2J\xC2\x9B\x9B\x7F\xC3\xA9"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9");
  EXPECT_FALSE(utf8::is_one_line("a\xC2\x85"));
  EXPECT_TRUE(utf8::is_one_line("a\xC2\xA0\xC3\xA9 b"));
}

TEST(Utf8, EveryScalarValueSurvives) {
  for (char32_t p = 0; p <= 0x10FFFF; p += 7) {
    if (p >= 0xD800 && p <= 0xDFFF) continue;
    std::string text;
    utf8::append(text, p);
    std::size_t offset = 0;
    ASSERT_EQ(utf8::next(text, offset), p);
    ASSERT_EQ(offset, text.size());
  }
}

TEST(CharSet, FindsTheFirstMemberOrTheEnd) {
  constexpr CharSet kSet("<\xFF");
  static_assert(kSet.contains('<') && kSet.contains('\xFF') && !kSet.contains('a'));
  EXPECT_EQ(kSet.first_in("ab<c<", 0), 2u);
  EXPECT_EQ(kSet.first_in("ab<c<", 3), 4u);
  EXPECT_EQ(kSet.first_in("abc"), 3u);
  EXPECT_EQ(kSet.first_in("abc", 9), 3u);
}

}  // namespace
}  // namespace strongroom
