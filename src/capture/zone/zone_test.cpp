#include "capture/zone/zone.h"

#include <gtest/gtest.h>

namespace strongroom::capture::zone {
namespace {

TEST(Zone, TellsUniqueRepeatedAndSkippedTimes) {
  auto zone = Zone::named("Europe/Lisbon");
  ASSERT_TRUE(zone);
  using namespace std::chrono;
  const auto at = [&](year_month_day day, minutes time) { return zone->instant_of(sys_days(day) + time); };
  const Instant summer = at(2024y / July / 1, 12h);
  EXPECT_EQ(summer.unix_seconds, 1719831600);
  EXPECT_EQ(summer.fit, Instant::Fit::unique);
  EXPECT_EQ(at(2024y / October / 27, 1h + 30min).fit, Instant::Fit::repeated);
  EXPECT_EQ(at(2024y / March / 31, 1h + 30min).fit, Instant::Fit::skipped);
  EXPECT_EQ(Zone::named("+02:00")->instant_of(sys_days(2024y / July / 1)).unix_seconds, 1719784800);
  for (const std::string_view bad : {"", "Lisbon", "+2", "+25:00", "Mars/Base"})
    EXPECT_FALSE(Zone::named(bad)) << bad;
}

}  // namespace
}  // namespace strongroom::capture::zone
