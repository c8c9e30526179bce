// Acts that forbid, and acts that end: docs/formats/register.md, rules 11 to 14.
#include "crypto/hash.h"
#include "roster/replay_ground.h"

namespace strongroom::roster {
namespace {

class Restraints : public ReplayTest {};

TEST_F(Restraints, ARevocationQuarantinesWhatTheLedgerDidNotHoldBefore) {
  const TestEntry cross = org().cross_leaf({5, crypto::sha256({})}, testing::kTestStart + 500);
  ASSERT_TRUE(state_.apply(cross.leaf, {}));
  Revocation v{org().archive(), org().archive(), org().device(0).enrolment.device};
  v.reason = RevocationReason::stolen;
  v.officer = testing::kOfficer;
  v.revoked_s = testing::kTestStart + 600;
  refused(RegisterType::revocation, sign_revocation(v, key(testing::kReader)));
  Revocation other = v;
  other.officer = testing::kApprover;
  EXPECT_SAYS(refused(RegisterType::revocation, sign_revocation(other, key(testing::kApprover))), "officer");
  other = v;
  other.device[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::revocation, sign_revocation(other, key(testing::kOfficer))),
              "no such device");
  EXPECT_FALSE(state_.devices().at(v.device).quarantines(5));
  const std::uint64_t leaf = enter(RegisterType::revocation, sign_revocation(v, key(testing::kOfficer)));
  const EnrolledDevice& device = state_.devices().at(v.device);
  ASSERT_TRUE(device.revoked);
  EXPECT_EQ(device.revoked->leaf, leaf);
  EXPECT_FALSE(device.quarantines(4));
  EXPECT_TRUE(device.quarantines(5));
  v.revoked_s += 1;
  EXPECT_SAYS(refused(RegisterType::revocation, sign_revocation(v, key(testing::kOfficer))), "already");
}

TEST_F(Restraints, AStopOrderHoldsWhileItsMemberIsOnTheRoster) {
  StopOrder order{org().archive(), org().archive(), 3, commitment(), 0, testing::kTestStart + 600};
  const std::uint64_t later = testing::kTestStart + 900 * 86400;
  EXPECT_EQ(state_.stop_of(commitment(), 0), nullptr);
  refused(RegisterType::stop_order, sign_stop_order(order, key(2)));
  order.member = testing::kReader;
  EXPECT_SAYS(refused(RegisterType::stop_order, sign_stop_order(order, key(testing::kReader))), "may stop");
  order.member = 3;
  order.commitment[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::stop_order, sign_stop_order(order, key(3))), "not in the register");
  order.commitment = commitment();
  enter(RegisterType::stop_order, sign_stop_order(order, key(3)));
  ASSERT_NE(state_.stop_of(commitment(), later), nullptr);
  EXPECT_EQ(state_.stop_of(Hash256{}, later), nullptr);
  Roster next = next_roster();
  next.members[2].roles = {Role::reader};
  next.members[3].roles = {Role::trustee, Role::officer};
  next.quorums[0].positions = {1, 2, testing::kOfficer};
  enter(RegisterType::roster, by_quorum(next));
  EXPECT_EQ(state_.stop_of(commitment(), later), nullptr);
}

TEST_F(Restraints, AReceiptAgainstAStopOrderIsFound) {
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  const envelope::TreeHead before = state_.head();
  const StopOrder order{org().archive(), org().archive(), 3, commitment(), 0, testing::kTestStart + 600};
  enter(RegisterType::stop_order, sign_stop_order(order, key(3)));
  EXPECT_SAYS(
      refused(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, state_.head()))),
      "member 3 had stopped");
  // It crossed the order on its way: the trustee could not know.
  enter(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, before)));
}

TEST_F(Restraints, AnOrderIsNotDatedFarAhead) {
  const TestEntry cross = org().cross_leaf({5, crypto::sha256({})}, testing::kTestStart + 500);
  ASSERT_TRUE(state_.apply(cross.leaf, {}));
  StopOrder order{org().archive(), org().archive(), 3, {}, 0, testing::kTestStart + 60 * 86400};
  order.until_s = order.ordered_s + 60;
  EXPECT_SAYS(refused(RegisterType::stop_order, sign_stop_order(order, key(3))), "after today");
}

TEST_F(Restraints, AnOrderAgainstEveryRequestEnds) {
  StopOrder order{org().archive(), org().archive(), 3, {}, 0, testing::kTestStart + 600};
  EXPECT_SAYS(refused(RegisterType::stop_order, sign_stop_order(order, key(3))), "30 days");
  order.until_s = order.ordered_s + kStopAllSecondsMax + 1;
  EXPECT_SAYS(refused(RegisterType::stop_order, sign_stop_order(order, key(3))), "30 days");
  order.until_s = order.ordered_s + 60;
  enter(RegisterType::stop_order, sign_stop_order(order, key(3)));
  EXPECT_NE(state_.stop_of(commitment(), order.until_s - 1), nullptr);
  EXPECT_EQ(state_.stop_of(commitment(), order.until_s), nullptr);
}

TEST_F(Restraints, AClosedCaseIsGrantedNoMore) {
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  CaseClosed closed{org().archive(), commitment(), testing::kReader, testing::kTestStart + 9000};
  refused(RegisterType::case_closed, sign_case_closed(closed, key(testing::kOfficer)));
  closed.reader = testing::kOfficer;
  EXPECT_SAYS(refused(RegisterType::case_closed, sign_case_closed(closed, key(testing::kOfficer))),
              "did not open");
  closed.reader = testing::kReader;
  const std::uint64_t leaf =
      enter(RegisterType::case_closed, sign_case_closed(closed, key(testing::kReader)));
  EXPECT_EQ(state_.requests().at(commitment()).closed, leaf);
  EXPECT_SAYS(
      refused(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, state_.head()))),
      "closed this case");
  EXPECT_SAYS(refused(RegisterType::case_closed, sign_case_closed(closed, key(testing::kReader))), "closed");
}

TEST_F(Restraints, AShareCheckIsATrusteesOwn) {
  ShareCheck check{org().archive(), org().archive(), 2, {{Hash256{}, 0, 1, true}}, testing::kTestStart};
  refused(RegisterType::share_check, sign_share_check(check, key(1)));
  enter(RegisterType::share_check, sign_share_check(check, key(2)));
  ASSERT_EQ(state_.share_checks().size(), 1u);
  EXPECT_EQ(state_.share_checks()[0].second, check);
  check.trustee = testing::kOfficer;
  EXPECT_SAYS(refused(RegisterType::share_check, sign_share_check(check, key(testing::kOfficer))), "trustee");
}

}  // namespace
}  // namespace strongroom::roster
