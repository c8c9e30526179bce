// Drills: docs/formats/register.md, rule 16; and when the next is due.
#include "crypto/hash.h"
#include "roster/drill_schedule.h"
#include "roster/replay_ground.h"

namespace strongroom::roster {
namespace {

/// The request of the ground, approved and granted by the trustees 1 and 3.
struct Drills : ReplayTest {
  Drills() {
    enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
    for (const MemberId trustee : {1u, 3u}) {
      Receipt receipt = org().receipt(commitment(), trustee, state_.head());
      receipt.shares = 1;
      enter(RegisterType::receipt, org().receipt_object(receipt));
    }
    drill = {org().archive(),           org().archive(), commitment(), testing::kReader, {},
             testing::kTestStart + 9000};
    DrilledFolder folder;
    folder.device = org().device(0).enrolment.device;
    folder.lot = org().lot_for_day();
    folder.outcome = DrillOutcome::opened;
    folder.trustees = {1, 3};
    drill.folders = {folder};
  }
  Bytes signed_by_reader() const { return sign_drill(drill, key(testing::kReader)); }
  std::string refusal() { return refused(RegisterType::drill, signed_by_reader()); }

  Drill drill;
};

TEST_F(Drills, AreToldByTheReaderWhoAsked) {
  enter(RegisterType::drill, signed_by_reader());
  ASSERT_EQ(state_.drills().size(), 1u);
  EXPECT_EQ(state_.drills()[0].drill, drill);
  EXPECT_TRUE(succeeded(drill));
  EXPECT_SAYS(refusal(), "already");
}

TEST_F(Drills, OfNobodysRoleAreRefused) {
  refused(RegisterType::drill, sign_drill(drill, key(1)));
  for (const MemberId other : {MemberId{1}, testing::kOfficer, testing::kApprover}) {
    drill.reader = other;
    EXPECT_SAYS(refused(RegisterType::drill, sign_drill(drill, key(other))), "as reader");
  }
  EXPECT_TRUE(state_.drills().empty());
}

TEST_F(Drills, AreOfARequestInTheRegisterThatIsOpen) {
  Drill other = drill;
  other.commitment[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::drill, sign_drill(other, key(testing::kReader))), "did not ask for");
  const CaseClosed closed{org().archive(), commitment(), testing::kReader, testing::kTestStart + 9000};
  enter(RegisterType::case_closed, sign_case_closed(closed, key(testing::kReader)));
  EXPECT_SAYS(refusal(), "closed");
}

TEST_F(Drills, NameNobodyWhoGrantedNothingAndNoStrangersDevice) {
  drill.folders[0].trustees = {1, 2};
  EXPECT_SAYS(refusal(), "member 2, who granted none");
  drill.folders[0].trustees = {1, 3};
  drill.folders[0].device[0] ^= std::byte{1};
  EXPECT_SAYS(refusal(), "not enrolled");
}

TEST_F(Drills, OpenByTheSharesOfTrusteesAndOnlySo) {
  drill.folders[0].trustees.clear();
  EXPECT_SAYS(refusal(), "by the shares of trustees");
  drill.folders[0].outcome = DrillOutcome::not_opened;
  enter(RegisterType::drill, signed_by_reader());
  EXPECT_FALSE(succeeded(state_.drills()[0].drill));
}

TEST_F(Drills, AreDatedBetweenTheirRequestAndToday) {
  const std::uint64_t right = std::exchange(drill.drilled_s, prepared().entry.asked_s - 1);
  EXPECT_SAYS(refusal(), "dated");
  const TestEntry cross = org().cross_leaf({5, crypto::sha256({})}, right);
  ASSERT_TRUE(state_.apply(cross.leaf, {}));
  drill.drilled_s = right + 32 * 86400;
  EXPECT_SAYS(refusal(), "dated");
}

TEST_F(Drills, AreDueAQuarterAfterTheLastThatOpened) {
  const std::uint64_t now = drill.drilled_s;
  auto lots = lots_in_drills(state_, now);
  auto devices = devices_in_drills(state_);
  ASSERT_EQ(lots.size(), 1u);
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_FALSE(lots[0].standing.opened_s);
  EXPECT_FALSE(lots[0].standing.overdue(now));
  EXPECT_TRUE(lots[0].standing.overdue(now + kDrillEveryS));
  EXPECT_TRUE(devices[0].standing.overdue(now + kDrillEveryS));
  enter(RegisterType::drill, signed_by_reader());
  lots = lots_in_drills(state_, now);
  devices = devices_in_drills(state_);
  EXPECT_EQ(lots[0].standing.opened_s, now);
  EXPECT_EQ(devices[0].standing.opened_s, now);
  EXPECT_FALSE(lots[0].standing.overdue(now + kDrillEveryS));
  EXPECT_TRUE(devices[0].standing.overdue(now + kDrillEveryS + 1));
}

TEST_F(Drills, ThatFailedLeaveWhatWasDueDue) {
  drill.folders[0].outcome = DrillOutcome::wrong_answer;
  enter(RegisterType::drill, signed_by_reader());
  const auto lots = lots_in_drills(state_, drill.drilled_s);
  EXPECT_FALSE(lots.at(0).standing.opened_s);
  EXPECT_TRUE(lots[0].standing.failed_since);
  EXPECT_TRUE(lots[0].standing.overdue(drill.drilled_s + kDrillEveryS));
}

TEST_F(Drills, OfLotsThatArePastAreNotDue) {
  EXPECT_TRUE(lots_in_drills(state_, testing::kTestStart + 8ull * 366 * 86400).empty());
}

}  // namespace
}  // namespace strongroom::roster
