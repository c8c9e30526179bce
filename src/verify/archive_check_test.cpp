// A real archive, and everything that can be done to it: what the check says of each.
#include "verify/archive_check.h"

#include "roster/signing.h"
#include "verify/test_archive.h"

namespace strongroom::verify {
namespace {

using testing::CaptureItem;
using testing::TestArchive;
constexpr const char* kPlace = "mirror";

struct AnArchive : ::testing::Test {
  Report check(std::uint64_t now_s = 0, std::vector<std::string> seen = {}) {
    if (!written) write();
    const auto mirror = open_archive_files(files, kPlace).value();
    ArchiveQuestion question;
    question.archive = archive.org.archive();
    question.now_s = now_s;
    question.seen = std::move(seen);
    return check_archive(question, *mirror);
  }
  void write() {
    archive.write(files, kPlace);
    written = true;
  }
  void flip(const std::string& path, std::uint64_t offset) { ASSERT_TRUE(files.flip_byte(path, offset)); }
  /// The one finding of this code, or the whole report if it is not there.
  static std::string said(const Report& report, std::string_view code) {
    for (const Finding& f : report.findings())
      if (f.code == code) return f.text;
    return "NOT FOUND in: " + report_text("It", report);
  }
  void drop(std::size_t index) {
    archive.capture.erase(archive.capture.begin() + static_cast<std::ptrdiff_t>(index));
  }

  TestArchive archive;
  platform::MemoryFileSystem files;
  bool written = false;
};
using ::testing::HasSubstr;

TEST_F(AnArchive, HoldsWhenNothingWasDoneToIt) {
  const Report report = check();
  EXPECT_TRUE(report.holds()) << report_text("It", report);
  EXPECT_EQ(report.count(Weight::warning), 0u) << report_text("It", report);
  EXPECT_THAT(report_text("The archive", report), HasSubstr("The archive holds."));
  EXPECT_THAT(report_json(report), HasSubstr(R"("holds":true,"serious":0)"));
  EXPECT_THAT(report_json(report), HasSubstr(R"("records sealed":"3")"));
}

TEST_F(AnArchive, OfAnotherIdIsNotBelieved) {
  write();
  const auto mirror = open_mirror(files, kPlace);
  const Report report = check_archive({.archive = Hash256{}}, *mirror);
  EXPECT_FALSE(report.holds());
  EXPECT_EQ(report.count("another-archive"), 1u);
  EXPECT_EQ(report.count(Weight::serious), 1u);
}

// ---- by whoever holds the ledger keys and a witness that had seen nothing: only the chains speak ----

TEST_F(AnArchive, WithADroppedEntryNamesTheGap) {
  drop(3);
  EXPECT_THAT(said(check(), "gap"), HasSubstr("entry 2 is missing"));
}
TEST_F(AnArchive, WithADroppedEntryContradictsTheCrossLeaf) {
  drop(3);
  EXPECT_THAT(said(check(), "truncated"), HasSubstr("it was cut, or set back"));
}
TEST_F(AnArchive, WithADroppedBatchNamesTheWrongCounts) {
  drop(3);
  EXPECT_THAT(said(check(), "wrong-counts"),
              HasSubstr("should hold 3 records in 2 batches, and 2 in 1 are there"));
}
TEST_F(AnArchive, WithReorderedEntriesNamesThem) {
  std::swap(archive.capture[2], archive.capture[3]);
  const Report report = check();
  EXPECT_THAT(said(report, "reordered"), HasSubstr("entry 1 stands in the ledger after entry 2"));
  EXPECT_THAT(said(report, "fork"), HasSubstr("two histories"));
}
TEST_F(AnArchive, WithAReplayedEntryNamesBothLeaves) {
  archive.capture.push_back(archive.capture[2]);
  EXPECT_THAT(said(check(), "replayed"), HasSubstr("capture leaf 8 repeats the entry of leaf 2"));
}
TEST_F(AnArchive, WithAnEntryOfAStrangerNamesIt) {
  archive.register_entries.erase(archive.register_entries.begin() + 8);  // device 1 is not enrolled any more
  EXPECT_THAT(said(check(), "unknown-device"), HasSubstr("2 entries"));
}
TEST_F(AnArchive, WithADeviceRevokedNamesWhatCameAfter) {
  roster::Revocation stolen{archive.org.archive(), archive.org.archive(),
                            archive.devices[1].enrolment.device};
  stolen.reason = roster::RevocationReason::stolen;
  stolen.officer = roster::testing::kOfficer;
  stolen.revoked_s = roster::testing::kTestStart + 5000;
  // In the place of the cross leaf: no entry of the device is under one before it.
  archive.register_entries[9] = roster::testing::entry_of(
      envelope::RegisterType::revocation,
      roster::sign_revocation(stolen, archive.org.member(roster::testing::kOfficer).key));
  const Report report = check();
  EXPECT_THAT(said(report, "quarantined"), HasSubstr("2 entries came after it was revoked"));
}
TEST_F(AnArchive, WithTheLastEntriesCutOffIsTruncated) {
  archive.capture.resize(6);
  EXPECT_THAT(said(check(), "truncated"), HasSubstr("ends at 6 entries"));
}
TEST_F(AnArchive, SetBackIsCaughtByACheckpointKeptFromBefore) {
  const std::string kept = archive.register_checkpoint();
  archive.register_entries.pop_back();
  EXPECT_THAT(said(check(0, {kept}), "truncated"), HasSubstr("the checkpoint kept from before"));
}
TEST_F(AnArchive, GoesOnFromACheckpointKeptFromBefore) {
  const std::string kept = archive.capture_checkpoint();
  archive.take_capture_cross();
  EXPECT_TRUE(check(0, {kept}).holds());
}

// ---- by a disk, or somebody who holds no key ----

TEST_F(AnArchive, WithAMissingHeaderSaysLoss) {
  write();
  ASSERT_TRUE(files.remove(TestArchive::object_path(kPlace, archive.capture[4].header)));
  EXPECT_THAT(said(check(), "loss"), HasSubstr("LOSS: the header of capture leaf 4"));
}
TEST_F(AnArchive, WithAMissingBodySaysLoss) {
  write();
  ASSERT_TRUE(files.remove(TestArchive::object_path(kPlace, archive.capture[3].body)));
  const Report report = check();
  EXPECT_THAT(said(report, "loss"), HasSubstr("LOSS: the body of capture leaf 3"));
  EXPECT_EQ(report.count(Weight::serious), 1u) << report_text("It", report);
}
TEST_F(AnArchive, ByteOfAHeaderAlteredIsNamed) {
  write();
  flip(TestArchive::object_path(kPlace, archive.capture[2].header), 100);
  EXPECT_THAT(said(check(), "altered-header"), HasSubstr("the header of capture leaf 2 was altered"));
}
TEST_F(AnArchive, ByteOfABodyAlteredIsNamed) {
  write();
  flip(TestArchive::object_path(kPlace, archive.capture[2].body), 200);
  EXPECT_THAT(said(check(), "altered-body"), HasSubstr("the body of capture leaf 2 was altered"));
}
TEST_F(AnArchive, BytesOfATileAlteredAreNamed) {
  write();
  flip("mirror/capture/tile/0/000.p/8", 40);
  EXPECT_THAT(said(check(), "ledger-altered"), HasSubstr("capture ledger"));
}
TEST_F(AnArchive, ByteOfAnEntryBundleAlteredIsNamed) {
  write();
  flip("mirror/capture/tile/entries/000.p/8", 500);
  EXPECT_THAT(said(check(), "ledger-altered"), HasSubstr("leaves 0 to 7 are missing or altered"));
}
TEST_F(AnArchive, WithARegisterObjectSwappedIsNamed) {
  write();
  const std::string path = TestArchive::object_path(kPlace, archive.register_entries[3].object);
  ASSERT_TRUE(files.write_loose(path, archive.register_entries[4].object));
  EXPECT_THAT(said(check(), "altered-object"), HasSubstr("the object of register leaf 3 was altered"));
}
TEST_F(AnArchive, WithARegisterObjectMissingIsNamed) {
  write();
  ASSERT_TRUE(files.remove(TestArchive::object_path(kPlace, archive.register_entries[5].object)));
  const Report report = check();
  EXPECT_THAT(said(report, "loss"), HasSubstr("LOSS: the object of register leaf 5"));
  EXPECT_EQ(report.count("register-incomplete"), 1u);
}
TEST_F(AnArchive, WithoutBodiesCanBeCheckedForTheRest) {
  write();
  ASSERT_TRUE(files.remove(TestArchive::object_path(kPlace, archive.capture[3].body)));
  const auto mirror = open_mirror(files, kPlace);
  EXPECT_TRUE(
      check_archive({.archive = archive.org.archive(), .bodies = Bodies::leave_out}, *mirror).holds());
}

// ---- checkpoints ----

TEST_F(AnArchive, WithAForgedCheckpointIsNotBelieved) {
  write();
  const roster::testing::TestOrganisation other(2);
  ASSERT_TRUE(
      files.write_loose("mirror/capture/checkpoint",
                        bytes_of(other.capture_checkpoint(archive.capture_head(), archive.witness_time_s))));
  EXPECT_THAT(said(check(), "checkpoint-not-accepted"),
              HasSubstr("capture ledger: the checkpoint is not to be believed"));
}
TEST_F(AnArchive, WithoutTheWitnessIsNotBelieved) {
  write();
  const auto head = archive.register_head();
  const auto alone =
      ledger::sign_checkpoint(ledger::TreeSize{head.size}, head.root, archive.org.register_signer()).value();
  ASSERT_TRUE(
      files.write_loose("mirror/register/checkpoint", bytes_of(ledger::format_cosigned_checkpoint(alone))));
  EXPECT_THAT(said(check(), "checkpoint-not-accepted"), HasSubstr("register"));
}
TEST_F(AnArchive, WithoutACheckpointSaysSo) {
  write();
  ASSERT_TRUE(files.remove("mirror/capture/checkpoint"));
  EXPECT_THAT(said(check(), "no-checkpoint"), HasSubstr("capture ledger"));
}
TEST_F(AnArchive, WithACrossLeafOfAnotherRegisterIsNamed) {
  const envelope::TreeHead forked{3, Hash256{}};
  archive.capture.push_back(
      {envelope::encode(envelope::CrossLeaf{archive.org.register_checkpoint(forked, archive.witness_time_s)}),
       {},
       {}});
  EXPECT_THAT(said(check(), "fork"), HasSubstr("capture leaf 8 names another register of 3 entries"));
}

// ---- signs of life ----

TEST_F(AnArchive, WithASilentDeviceNamesTheMissingHeartbeat) {
  const Report report = check(testing::kTestStart + 4 * 86400);
  EXPECT_TRUE(report.holds());
  EXPECT_EQ(report.count("late-heartbeat"), 2u);
  EXPECT_THAT(said(report, "late-heartbeat"), HasSubstr("has been silent for 9"));
}
TEST_F(AnArchive, WithALateHeartbeatNamesTheSilence) {
  seal::ChainState state;
  const auto last = envelope::decode_signed_header(archive.capture[7].header).value();
  state.device = last.header.device;
  state.incarnation = last.header.incarnation;
  state.next_sequence = 2;
  state.previous = last.hash;
  archive.clock.advance(std::chrono::hours(5));
  platform::SystemEntropy entropy;
  seal::Chain chain(state, archive.devices[1].key, entropy, archive.clock);
  archive.add(chain.heartbeat(3600));
  EXPECT_THAT(said(check(), "late-heartbeat"), HasSubstr("was silent for 5 hours before entry 2"));
}
TEST_F(AnArchive, WithADeviceThatNeverBeganNamesIt) {
  drop(7);
  drop(6);
  EXPECT_THAT(said(check(testing::kTestStart + 86400), "never-heard"),
              HasSubstr("has never given a sign of life"));
}

// ---- readings ----

TEST_F(AnArchive, WithAReadingThatNobodyApprovedNamesIt) {
  archive.register_entries.resize(archive.register_entries.size() - 3);  // the approval, and two receipts
  const auto receipt = archive.org.receipt(archive.commitment, 1, archive.register_head());
  archive.register_entries.push_back(
      roster::testing::entry_of(envelope::RegisterType::receipt, archive.org.receipt_object(receipt)));
  EXPECT_THAT(said(check(), "register-rule"), HasSubstr("before an approval"));
}

// ---- what a folder says of the archive ----

TEST_F(AnArchive, WithTheLotKeysExchangedNamesTheFolder) {
  archive.register_entries[3] = roster::testing::entry_of(
      envelope::RegisterType::lot_key,
      archive.org.lot_key_object(archive.org.lot_for_day(testing::kTestDay + 40), 1));
  EXPECT_THAT(said(check(), "folder-keys"), HasSubstr("not those of the register"));
}
TEST_F(AnArchive, ThatWasShownToADeviceOtherwiseNamesTheFork) {
  archive.register_entries[2] =
      roster::testing::entry_of(envelope::RegisterType::lot_key,
                                archive.org.lot_key_object(archive.org.lot_for_day(), 0));  // signed anew
  EXPECT_THAT(said(check(), "fork"), HasSubstr("names another register of 9 entries"));
}

}  // namespace
}  // namespace strongroom::verify
