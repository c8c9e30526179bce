#include "agent/canary.h"

#include <gtest/gtest.h>

#include "roster/expiry.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"

namespace strongroom::agent {
namespace {

using namespace roster::testing;

struct CanaryTimes : ::testing::Test {
  roster::RegisterState state(const std::vector<envelope::Lot>& lots, bool rostered = false) {
    auto entries = org.opening(lots, 1);
    if (rostered) {
      roster::Roster next = org.genesis().roster;
      next.archive = next.previous = org.archive();
      next.number = 1;
      next.canaries = {device.device};
      entries.push_back(
          entry_of(envelope::RegisterType::roster,
                   roster::sign_roster(next, {{1, org.member(1).key}, {2, org.member(2).key}})));
    }
    return replay(org.archive(), entries);
  }
  envelope::Lot later(std::uint32_t months) const {
    envelope::Lot lot = org.lot_for_day();
    lot.expiry_month += months;
    return lot;
  }
  SealedCanary sealed(const roster::RegisterState& now, const envelope::Lot& lot) const {
    return {lot, roster::hash_of(now.lot_keys(lot)), kTestStart};
  }

  TestOrganisation org;
  roster::Enrolment device = org.device(0).enrolment;
};

TEST_F(CanaryTimes, AreRememberedAsTheyWere) {
  const std::vector<SealedCanary> some = {{org.lot_for_day(), Hash256{}, 5}, {later(3), Hash256{}, 7}};
  EXPECT_EQ(decode_canaries(encode(some)).value(), some);
  Bytes cut = encode(some);
  cut.pop_back();
  EXPECT_FALSE(decode_canaries(cut));
}

TEST_F(CanaryTimes, OfAnOrdinaryDeviceComeOnceAQuarterInTheLotOfToday) {
  const auto now = state({org.lot_for_day(), later(1), later(3)});
  EXPECT_EQ(canaries_due(now, device, {}, kTestStart).lots, std::vector{org.lot_for_day()});
  const std::vector before = {sealed(now, org.lot_for_day())};
  EXPECT_TRUE(canaries_due(now, device, before, kTestStart + kCanaryEveryS - 1).lots.empty());
  EXPECT_EQ(canaries_due(now, device, before, kTestStart + kCanaryEveryS).lots, std::vector{later(3)});
}

TEST_F(CanaryTimes, WithoutKeysForTodayGoToTheLatestLotThatHasThem) {
  EXPECT_EQ(canaries_due(state({later(1), later(2)}), device, {}, kTestStart).lots, std::vector{later(2)});
  const auto none = canaries_due(state({}), device, {}, kTestStart);
  EXPECT_TRUE(none.lots.empty());
  ASSERT_EQ(none.alarms.size(), 1u);
  EXPECT_NE(none.alarms[0].find("no keys for class 1"), std::string::npos);
}

TEST_F(CanaryTimes, OfACanaryDeviceAreInEveryLotThatIsNotPast) {
  const auto now = state({org.lot_for_day(), later(1), later(2)}, true);
  const std::vector<envelope::Lot> all = {org.lot_for_day(), later(1), later(2)};
  EXPECT_EQ(canaries_due(now, device, {}, kTestStart).lots, all);
  std::vector before = {sealed(now, later(1))};
  EXPECT_EQ(canaries_due(now, device, before, kTestStart).lots, (std::vector{all[0], all[2]}));
  // Other keys for the lot: the old canary says nothing of those.
  before[0].lot_key_set[0] ^= std::byte{1};
  EXPECT_EQ(canaries_due(now, device, before, kTestStart).lots, all);
  EXPECT_TRUE(canaries_due(now, device, {}, kTestStart + 8ull * 366 * 86400).lots.empty());
}

TEST_F(CanaryTimes, OfACanaryDeviceNotEnrolledForAClassAreMissedAloud) {
  device.classes = {2};
  const auto due = canaries_due(state({org.lot_for_day()}, true), device, {}, kTestStart);
  EXPECT_TRUE(due.lots.empty());
  ASSERT_EQ(due.alarms.size(), 1u);
  EXPECT_NE(due.alarms[0].find("not enrolled for class 1"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::agent
