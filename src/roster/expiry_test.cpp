#include "roster/expiry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace strongroom::roster {
namespace {

const RetentionClass kSevenYears{3, "class 3", 84};

std::uint32_t day(std::string_view name) { return envelope::day_from_name(name).value(); }
std::string lot_month(const envelope::Lot& lot) { return envelope::month_name(lot.expiry_month); }

TEST(Expiry, CountsMonthsFromTheLastDayOfTheFolder) {
  EXPECT_EQ(lot_month(lot_of(kSevenYears, day("2026-11-22"))), "2033-11");
  EXPECT_EQ(lot_month(lot_of(kSevenYears, day("2026-01-31"))), "2033-01");
  EXPECT_EQ(lot_month(lot_of(kSevenYears, day("2024-02-29"))), "2031-02");
  EXPECT_EQ(lot_month(lot_of({1, "a", 1}, day("2026-12-31"))), "2027-01");
  EXPECT_EQ(lot_of(kSevenYears, day("2026-11-22")).retention_class, 3u);
}

TEST(Expiry, NoLotMayBeDestroyedBeforeItsLatestFolderHasBeenKept) {
  EXPECT_EQ(disposable_from_day(lot_of(kSevenYears, day("2026-11-30"))), day("2033-12-01"));
  EXPECT_EQ(disposable_from_day(lot_of({1, "a", 1}, day("2026-11-30"))), day("2027-01-01"));
  for (std::uint32_t d = day("2020-01-01"); d < day("2032-01-01"); d += 17) {
    const std::uint32_t from = disposable_from_day(lot_of(kSevenYears, d));
    EXPECT_GE(from, d + 7 * 365);
    EXPECT_LE(from, d + 7 * 366 + 31);
  }
}

TEST(Expiry, ImportsOfExpiredDaysGoToTheLotOfThisMonth) {
  EXPECT_EQ(lot_month(lot_of_import(kSevenYears, day("2001-05-05"), day("2026-11-22"))), "2026-11");
  EXPECT_EQ(lot_month(lot_of_import(kSevenYears, day("2025-05-05"), day("2026-11-22"))), "2032-05");
}

TEST(Expiry, FifteenLotsAheadForEveryClass) {
  Roster roster;
  roster.classes = {{1, "class 1", 1}, kSevenYears};
  const auto lots = lots_needed(roster, day("2026-11-22"));
  ASSERT_EQ(lots.size(), 30u);
  EXPECT_TRUE(std::ranges::is_sorted(lots));
  EXPECT_EQ(lot_month(lots.front()), "2026-12");
  EXPECT_EQ(lot_month(lots.back()), "2035-01");
  // Every day of the next 14 months finds its lot.
  for (std::uint32_t d = day("2026-11-22"); d <= day("2028-01-31"); ++d)
    EXPECT_TRUE(std::ranges::binary_search(lots, lot_of(kSevenYears, d)));
}

TEST(Expiry, LotsForImportsReachBackToTheirFirstDay) {
  const std::uint32_t today = day("2026-11-22");
  const auto lots = lots_needed_for_imports(kSevenYears, day("2024-03-01"), today);
  ASSERT_FALSE(lots.empty());
  EXPECT_EQ(lot_month(lots.front()), "2031-03");
  EXPECT_EQ(lot_month(lots.back()), "2033-10");
  EXPECT_EQ(lot_month(lots_needed_for_imports(kSevenYears, day("1999-03-01"), today).front()), "2026-11");
  EXPECT_TRUE(lots_needed_for_imports(kSevenYears, today, today).empty());
}

}  // namespace
}  // namespace strongroom::roster
