#include "record/time_text.h"

#include <gtest/gtest.h>

namespace strongroom::record {
namespace {

TEST(TimeText, WritesUtcWithMillisecondsOnlyWhenThereAreAny) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(1'710'079'500'123), "2024-03-10T14:05:00.123Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

TEST(TimeText, ClampsWhatFourYearDigitsCannotSay) {
  EXPECT_EQ(rfc3339(INT64_MAX), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339(INT64_MIN), "0000-01-01T00:00:00Z");
}

TEST(TimeText, ReadsOffsetsAndFractions) {
  EXPECT_EQ(from_rfc3339("2024-03-10T15:05:00+01:00").value(), 1'710'079'500'000);
  EXPECT_EQ(from_rfc3339("2024-03-10t14:05:00.1239z").value(), 1'710'079'500'123);
  EXPECT_EQ(from_rfc3339("2024-03-10 14:05:00.1-00:00").value(), 1'710'079'500'100);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00",
        "2024-01-01T00:00:00Z ", "2024-01-01T00:00:00.Z", "2024-1-01T00:00:00Z"})
    EXPECT_FALSE(from_rfc3339(text)) << text;
}

}  // namespace
}  // namespace strongroom::record
