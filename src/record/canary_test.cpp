#include "record/canary.h"

#include <gtest/gtest.h>

namespace strongroom::record {
namespace {

TEST(CanaryRecord, SaysWhatItIsAndHoldsItsAnswer) {
  ByteArray<32> answer{};
  answer[31] = std::byte{0xAB};
  const auto back = decode(encode(canary(answer, 1'795'305'600'000)));
  ASSERT_TRUE(back);
  EXPECT_NE(back->text.find("This is a canary"), std::string::npos);
  EXPECT_NE(back->text.find("ab."), std::string::npos);
  EXPECT_EQ(canary_answer(*back), answer);
}

TEST(CanaryRecord, OfAnotherSourceHasNoAnswer) {
  Record record = canary({}, 0);
  record.source = "strongroom-jsonl";
  EXPECT_FALSE(canary_answer(record));
  record = canary({}, 0);
  record.extra["answer"] = Bytes(31);
  EXPECT_FALSE(canary_answer(record));
  record.extra.clear();
  EXPECT_FALSE(canary_answer(record));
}

}  // namespace
}  // namespace strongroom::record
