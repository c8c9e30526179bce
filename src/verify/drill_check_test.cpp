// What an auditor's program says of drills, and of those that nobody held.
#include "verify/drill_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "envelope/canary.h"
#include "platform/clock.h"
#include "record/canary.h"
#include "roster/drill_schedule.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"
#include "seal/seal.h"

namespace strongroom::verify {
namespace {

using envelope::RegisterType;
using ::testing::HasSubstr;
using namespace roster::testing;

/// One device with one canary folder, and a drill of it: asked for, approved, granted by 1 and 2, and told.
struct DrillsTold : ::testing::Test {
  DrillsTold() : entries(org.opening({org.lot_for_day()}, 1)) {
    seal_canary();
    const auto request = org.request({folder.open.header.hash}, Secret<32>{}, roster::RequestPurpose::drill);
    commitment = request.entry.commitment;
    add(RegisterType::request, request.entry_object);
    add(RegisterType::approval, org.approval_object(commitment, entries.size() - 1));
    const envelope::TreeHead head = replay(org.archive(), entries).head();
    for (roster::MemberId trustee : {1u, 2u}) {
      roster::Receipt receipt = org.receipt(commitment, trustee, head);
      receipt.shares = 1;
      add(RegisterType::receipt, org.receipt_object(receipt));
    }
    told.folder_header = folder.open.header.hash;
    told.device = device.enrolment.device;
    told.lot = org.lot_for_day();
    told.outcome = roster::DrillOutcome::opened;
    told.answer = answer;
    told.trustees = {1, 2};
  }
  void add(RegisterType type, const Bytes& object) { entries.push_back(entry_of(type, object)); }
  void seal_canary() {
    seal::ChainState start;
    start.device = device.enrolment.device;
    seal::Chain chain(start, device.key, entropy, clock);
    envelope::Core0 core0;
    core0.archive = org.archive();
    core0.roster = org.genesis().hash;
    core0.retention_class = kTestClass;
    core0.lot = org.lot_for_day();
    core0.mode = envelope::CaptureMode::canary;
    core0.day = kTestDay;
    core0.dealings = {{0, 2, 3, 1}};
    answer[9] = std::byte{1};
    const auto state = replay(org.archive(), entries);
    auto opened = seal::Folder::open(chain, core0, state.lot_keys(core0.lot), entropy,
                                     envelope::canary_extensions(envelope::answer_commitment(answer)))
                      .value();
    const Bytes inside = record::encode(record::canary(answer, 0));
    const std::vector<seal::SealedEntry> made = {
        opened.entry, opened.folder.seal_batch(chain, {inside}, entropy).value(), opened.folder.close(chain)};
    std::vector<chain::LoggedEntry> logged;
    for (const auto& entry : made)
      logged.push_back({logged.size(), envelope::decode_signed_header(entry.header).value()});
    folder = chain::read_chain({device.enrolment, 0, {}, {}}, logged, 0).folders.at(0);
  }
  enum class Seeing { folder, nothing };
  Report check(std::uint64_t now_s = kTestStart + 10000, Seeing seeing = Seeing::folder) {
    add(RegisterType::drill,
        roster::sign_drill({org.archive(), org.archive(), commitment, kReader, {told}, kTestStart + 9000},
                           org.member(kReader).key));
    return look(now_s, seeing);
  }
  Report look(std::uint64_t now_s, Seeing seeing = Seeing::folder) {
    const auto state = replay(org.archive(), entries);
    EXPECT_TRUE(state.findings().empty()) << state.findings()[0].error.to_string();
    Report report;
    DrillCheck drills(state, report);
    if (seeing == Seeing::folder) drills.see(folder);
    drills.finish(now_s);
    return report;
  }
  static std::string said(const Report& report) { return report_text("It", report); }

  TestOrganisation org;
  TestEntropy entropy{"drills"};
  platform::ManualClock clock{kTestStart * 1000};
  TestDevice device = org.device(0);
  std::vector<TestEntry> entries;
  chain::FolderView folder;
  envelope::KnownAnswer answer{};
  Hash256 commitment{};
  roster::DrilledFolder told;
};

TEST_F(DrillsTold, AreBorneOutByTheCanarysOwnHeader) {
  const Report report = check();
  EXPECT_TRUE(report.holds()) << said(report);
  EXPECT_EQ(report.count(Weight::warning), 0u) << said(report);
  EXPECT_THAT(said(report), HasSubstr("1 of 1 canaries opened"));
}

TEST_F(DrillsTold, WithAWrongKnownAnswerAreFalse) {
  told.answer[9] = std::byte{2};
  const Report report = check();
  EXPECT_FALSE(report.holds());
  EXPECT_THAT(said(report), HasSubstr("does not hold the answer it names"));
}

TEST_F(DrillsTold, OfAFolderThatIsNoCanaryAreFalse) {
  folder.core.core0.mode = envelope::CaptureMode::import;
  EXPECT_THAT(said(check()), HasSubstr("is no canary"));
}

TEST_F(DrillsTold, OfAnotherLotThanTheFoldersAreFalse) {
  told.lot.expiry_month += 1;
  EXPECT_THAT(said(check()), HasSubstr("another device or lot"));
}

TEST_F(DrillsTold, OfAFolderThatNobodySealedAreFalse) {
  EXPECT_THAT(said(check(kTestStart + 10000, Seeing::nothing)), HasSubstr("no device has sealed"));
}

TEST_F(DrillsTold, ThatFailedAreToBeExplained) {
  told.outcome = roster::DrillOutcome::not_opened;
  told.trustees.clear();
  const Report report = check();
  EXPECT_TRUE(report.holds());
  EXPECT_EQ(report.count("drill-failed"), 1u);
}

TEST_F(DrillsTold, ThatAreOverdueAreNamed) {
  const std::uint64_t late = kTestStart + 9000 + roster::kDrillEveryS + 1;
  const Report never = look(late);
  EXPECT_EQ(never.count("drill-overdue"), 2u) << said(never);
  EXPECT_THAT(said(never), HasSubstr("none ever"));
  EXPECT_EQ(check(late - 1).count("drill-overdue"), 0u);
  const Report again = look(late);
  EXPECT_EQ(again.count("drill-overdue"), 2u);
  EXPECT_THAT(said(again), HasSubstr("none since 2026-11-22"));
}

TEST_F(DrillsTold, OfADeviceThatHasRetiredAreNotOverdue) {
  const auto state = replay(org.archive(), entries);
  Report report;
  DrillCheck drills(state, report);
  drills.see_retired(device.enrolment.device);
  drills.finish(kTestStart + 2 * roster::kDrillEveryS);
  EXPECT_EQ(report.count("drill-overdue"), 1u) << said(report);  // the lot's
}

}  // namespace
}  // namespace strongroom::verify
