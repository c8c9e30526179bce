// Protocol §2.5: a new trustee who is late with its keys stops nobody; who has left does not become a quorum.
#include "roster/sealing_keys.h"

#include "roster/expiry.h"
#include "roster/replay_ground.h"

namespace strongroom::roster {
namespace {

using ::testing::Test;

/// A roster with one trustee exchanged, and the register in which it is in force.
class SealingKeysTest : public ReplayTest {
 protected:
  static constexpr MemberId kNew = testing::kApprover;

  /// The trustee at position 2 (member 3) leaves its role; the approver becomes a trustee there.
  Roster exchanged() const {
    Roster next = next_roster();
    next.members[2].roles = {Role::reader};
    next.members[4].roles = {Role::trustee, Role::approver};
    next.quorums[0].positions = {1, 2, kNew};
    return next;
  }
  /// The new trustee's key for this lot, under the roster in force.
  void publish(const envelope::Lot& lot) {
    LotKey key = org().lot_key(lot, 2);
    key.roster = state_.current_roster()->hash;
    key.public_key[0] ^= std::byte{1};
    key.issued_s = state_.current_roster()->roster.issued_s + 60;
    enter(RegisterType::lot_key, sign_lot_key(key, {kNew, SealingKeysTest::key(kNew)}));
  }
  Result<SealingKeys> choose(std::uint32_t day = testing::kTestDay) const {
    return keys_to_seal(state_, testing::kTestClass,
                        [day](const RetentionClass& of) { return lot_of(of, day); });
  }
  static envelope::Lot lot() { return org().lot_for_day(); }
  std::uint64_t number_of(const SealingKeys& keys) const { return keys.roster->roster.number; }
};

TEST_F(SealingKeysTest, WithEveryKeyItIsTheLotOfTheScheduleUnderTheRosterInForce) {
  const auto keys = choose();
  ASSERT_TRUE(keys) << keys.error().to_string();
  EXPECT_EQ(number_of(*keys), 0u);
  EXPECT_EQ(keys->lot, lot());
  EXPECT_TRUE(keys->missing.empty());
  EXPECT_TRUE(complete(keys->keys, keys->roster->roster));
}

TEST_F(SealingKeysTest, UntilTheNewTrusteeHasPublishedTheRosterBeforeIsUsed) {
  const LotKeySet before = state_.lot_keys(lot());
  enter(RegisterType::roster, by_quorum(exchanged()));
  EXPECT_FALSE(state_.complete(state_.lot_keys(lot())));
  auto keys = choose();
  ASSERT_TRUE(keys) << keys.error().to_string();
  EXPECT_EQ(number_of(*keys), 0u);
  EXPECT_EQ(keys->roster->hash, org().genesis().hash);
  EXPECT_EQ(keys->keys, before) << "the positions and keys of that roster";
  EXPECT_EQ(keys->lot, keys->wanted);
  EXPECT_EQ(keys->missing, std::vector<MemberId>{kNew});
  publish(lot());
  keys = choose();
  ASSERT_TRUE(keys);
  EXPECT_EQ(number_of(*keys), 1u);
  EXPECT_TRUE(keys->missing.empty());
  EXPECT_EQ(state_.lot_keys(lot(), org().genesis().roster), before) << "what was dealt stays checkable";
}

TEST_F(SealingKeysTest, OneLotWithoutKeysDoesNotHoldTheOthersBack) {
  enter(RegisterType::roster, by_quorum(exchanged()));
  publish(lot());
  const auto keys = choose(testing::kTestDay + 62);
  ASSERT_TRUE(keys);
  EXPECT_EQ(number_of(*keys), 1u) << "no roster has keys for that month";
  EXPECT_EQ(keys->lot, lot()) << "so the latest there is";
  EXPECT_NE(keys->lot, keys->wanted);
  EXPECT_EQ(keys->missing, (std::vector<MemberId>{1, 2, kNew}));
}

TEST_F(SealingKeysTest, TheLatestLotOfTheRosterBeforeIsBetterThanNothing) {
  enter(RegisterType::roster, by_quorum(exchanged()));
  const auto keys = choose(testing::kTestDay + 62);
  ASSERT_TRUE(keys);
  EXPECT_EQ(number_of(*keys), 0u);
  EXPECT_EQ(keys->lot, lot());
}

TEST_F(SealingKeysTest, ThoseWhoLeftTogetherMakeNoQuorum) {
  Roster next = exchanged();
  next.members[1].roles = {Role::reader};
  next.members[3].roles = {Role::trustee, Role::officer};
  next.quorums[0].positions = {1, testing::kOfficer, kNew};
  EXPECT_TRUE(may_go_on_under(org().genesis().roster, exchanged()));
  EXPECT_FALSE(may_go_on_under(org().genesis().roster, next));
  enter(RegisterType::roster, by_quorum(next));
  const auto keys = choose();
  ASSERT_FALSE(keys) << "two of the three have left, and two can open";
  EXPECT_SAYS(keys.error().to_string(), "lots publish");
}

TEST_F(SealingKeysTest, LeavingIsCountedUpToTheRosterInForce) {
  enter(RegisterType::roster, by_quorum(exchanged()));
  Roster third = exchanged();
  third.number = 2;
  third.previous = state_.current_roster()->hash;
  third.issued_s += 60;
  third.members[1].roles = {Role::reader};
  third.members[3].roles = {Role::trustee, Role::officer};
  third.quorums[0].positions = {1, testing::kOfficer, kNew};
  enter(RegisterType::roster, by_quorum(third));
  EXPECT_EQ(state_.rosters()[2].leaf, state_.applied() - 1);
  EXPECT_FALSE(choose()) << "of the genesis two have left, one each time; of the second one has no keys";
}

TEST_F(SealingKeysTest, AClassThatIsNotOnTheRosterInForceIsRefused) {
  EXPECT_FALSE(keys_to_seal(state_, 99, [](const RetentionClass& of) { return lot_of(of, 0); }));
}

}  // namespace
}  // namespace strongroom::roster
