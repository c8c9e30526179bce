#include "running_archive.h"

#include "crypto/hash.h"
#include "ledger/proof.h"

namespace strongroom::archive {
namespace {

using testing::ArchiveTest;
using testing::submission_of;

TEST_F(ArchiveTest, TakesAFolderProvesItAndAnswersARetransmissionAsBefore) {
  const auto entries = ground_->seal_folder(*archive_->state(), 3);
  const auto first = submit(submission_of(entries)).value();
  ASSERT_EQ(first.size(), 5u);
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(first[i], (EntryAnswer{EntryStatus::received, i, {}})) << i;
  const auto again = submit(submission_of(entries)).value();
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(again[i], (EntryAnswer{EntryStatus::known, i, {}}));
  const auto proof = ledger::parse_tlog_proof(proof_of(LedgerName::capture, 4)).value();
  const auto policy = ledger::parse_policy(ground_->roster().witness_policy).value();
  const auto log = ledger::identity_of(ledger::parse_vkey(ground_->roster().capture_vkey).value());
  const Bytes leaf = encode(envelope::CaptureLeaf{envelope::digests_of(entries[4].header)});
  EXPECT_TRUE(ledger::verify_tlog_proof(proof, leaf, policy, log));
  EXPECT_EQ(archive_->object(crypto::sha256(entries[1].body)).value(), entries[1].body);
}

TEST_F(ArchiveTest, RebuildsADeletedCatalogue) {
  const auto entries = ground_->seal_folder(*archive_->state(), 2);
  ASSERT_TRUE(submit(submission_of(entries)));
  cross();
  archive_.reset();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(data() + "/catalogue.sqlite" + end);
  open();
  const auto again = submit(submission_of(entries)).value();
  for (const EntryAnswer& answer : again) {
    EXPECT_EQ(answer.status, EntryStatus::known);
  }
  const auto more = submit(submission_of(ground_->seal_folder(*archive_->state(), 1))).value();
  for (const EntryAnswer& answer : more) EXPECT_EQ(answer.status, EntryStatus::received);
  EXPECT_EQ(archive_->object(crypto::sha256(entries[1].body)).value(), entries[1].body);
  const auto rows = archive_->catalogue().entries_of(ground_->enrolment().device, 0, 100).value();
  EXPECT_EQ(rows.size(), entries.size() + more.size());
}

TEST_F(ArchiveTest, AnswersAGapWithTheSequenceExpected) {
  auto entries = ground_->seal_folder(*archive_->state(), 2);
  entries.erase(entries.begin() + 1);
  const auto answers = submit(submission_of(entries)).value();
  EXPECT_EQ(answers[0].status, EntryStatus::received);
  EXPECT_EQ(answers[1], (EntryAnswer{EntryStatus::gap, 1, {}}));
  EXPECT_EQ(answers[2], (EntryAnswer{EntryStatus::gap, 1, {}}));
}

TEST_F(ArchiveTest, StoresAnEquivocationAndMarksIt) {
  const seal::ChainState before = ground_->chain().state();
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  ground_->set_chain(before);
  const seal::SealedEntry other = ground_->chain().heartbeat(3600);
  const EntryAnswer marked{EntryStatus::received, 1, {"equivocation"}};
  EXPECT_EQ(submit(submission_of({other})).value()[0], marked);
  EXPECT_EQ(submit(submission_of({other})).value()[0],
            (EntryAnswer{EntryStatus::known, 1, {"equivocation"}}));
  // The chain goes on from the first; what continues the other is an equivocation too.
  EXPECT_EQ(submit(submission_of({ground_->chain().heartbeat(3600)})).value()[0].marks, marked.marks);
}

TEST_F(ArchiveTest, RefusesWhatIsNotSignedNotWholeOrNotFiled) {
  auto entries = ground_->seal_folder(*archive_->state(), 1);
  auto broken = entries;
  broken[0].body.back() ^= std::byte{1};
  EXPECT_EQ(submit(submission_of(broken)).value()[0], (EntryAnswer{EntryStatus::refused, {}, {"body"}}));
  broken = entries;
  broken[0].header.back() ^= std::byte{1};
  EXPECT_EQ(submit(submission_of(broken)).value()[0],
            (EntryAnswer{EntryStatus::refused, {}, {"header-signature"}}));
  broken = entries;
  broken[0].header.front() = std::byte{2};
  EXPECT_EQ(submit(submission_of(broken)).value()[0], (EntryAnswer{EntryStatus::refused, {}, {"version"}}));
  EXPECT_FALSE(submit(copy_of(bytes_of("nonsense"))));
}

TEST_F(ArchiveTest, TakesCrossLeavesOnlyForWhatIsNotACrossLeaf) {
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  static_cast<void>(proof_of(LedgerName::capture, 0));
  static_cast<void>(proof_of(LedgerName::registers, archive_->state()->applied() - 1));
  cross();
  const std::uint64_t leaf = archive_->state()->applied() - 1;
  ASSERT_EQ(archive_->state()->cross_leaves().size(), 1u);
  EXPECT_EQ(archive_->state()->cross_leaves().back().capture_head.size, 1u);
  static_cast<void>(proof_of(LedgerName::registers, leaf));
  static_cast<void>(proof_of(LedgerName::capture, 1));
  cross();
  cross();
  EXPECT_EQ(archive_->state()->cross_leaves().size(), 1u);
  EXPECT_EQ(archive_->size(LedgerName::capture), 2u);
}

TEST_F(ArchiveTest, RefusesARegisterObjectThatBreaksARule) {
  const std::uint64_t size = archive_->state()->applied();
  Bytes broken = posts_.back().second;
  broken.back() ^= std::byte{1};
  EXPECT_FALSE(post(posts_.back().first, broken));
  EXPECT_EQ(archive_->state()->applied(), size);
  EXPECT_EQ(post(posts_.back().first, posts_.back().second).value(), size - 1);
}

TEST_F(ArchiveTest, RefusesAnEmptyDirectoryThatShouldNotBeEmpty) {
  archive_.reset();
  std::filesystem::remove_all(data() + "/capture");
  const Surroundings around{files_.get(),       &hook_, &clock_, transport_.get(), [](const Error&) {},
                            [](const Error&) {}};
  ArchiveConfig config;
  config.data = data();
  EXPECT_EQ(Archive::open(config, around).error().code, ErrorCode::not_found);
}

/// Protocol §4.7, and what a thief does who puts an old copy in the place of the newest.
TEST_F(ArchiveTest, AnswersReadingOnlyWhileAWitnessKnowsALargerLedger) {
  const std::string copy = path_ + "/copy";
  archive_.reset();
  std::filesystem::copy(data(), copy, std::filesystem::copy_options::recursive);
  open();
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  static_cast<void>(proof_of(LedgerName::capture, 0));
  archive_.reset();
  const auto behind = opened_at(copy, {});
  const Result<void> may = behind->may_take();
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().code, ErrorCode::unavailable);
  EXPECT_EQ(may.error().where, "capture ledger: leaves 0 to 0, by witness outside");
  EXPECT_EQ(behind->standing(LedgerName::capture).state, WitnessStanding::State::behind);
  EXPECT_TRUE(behind->checkpoint(LedgerName::registers)) << "what it has can be read";
  bool answered = false;
  EXPECT_TRUE(behind->register_writer().put(RegisterPost{
      envelope::RegisterType::lot_key, {}, [&](const Result<std::uint64_t>&) { answered = true; }}));
  EXPECT_EQ(behind->size(LedgerName::registers), posts_.size() + 1);
  EXPECT_FALSE(answered);
}

TEST_F(ArchiveTest, SignsNothingNewBeforeItHasHeardFromItsWitnesses) {
  archive_.reset();
  transport_->cut_off = true;
  const auto alone = opened_at(data(), {});
  const Result<void> may = alone->may_take();
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().where, "outside");
  transport_->cut_off = false;
  while (!alone->may_take()) std::this_thread::yield();  // it asks again by itself
}

TEST_F(ArchiveTest, PutBackFromABackupWaitsForEveryWitnessThatIsNotLost) {
  archive_.reset();
  const std::string mark = data() + "/" + std::string(kRestoredName);
  ASSERT_TRUE(files_->write_durable(mark, bytes_of("{}\n")));
  transport_->cut_off = true;
  EXPECT_FALSE(opened_at(data(), {})->may_take());
  EXPECT_FALSE(opened_at(data(), {"outside"})->may_take())
      << "alone it could have signed what nobody else knows";
  EXPECT_TRUE(files_->exists(mark).value());
  transport_->cut_off = false;
  EXPECT_TRUE(opened_at(data(), {})->may_take());
  EXPECT_FALSE(files_->exists(mark).value());
}

constexpr std::chrono::hours kInterval{1};  // of the ground's device

/// Each change: what holds now, and whether it is our device.
using Hearings = std::vector<std::pair<Hearing, bool>>;
Hearings look(Archive& archive, const envelope::DeviceId& device) {
  Hearings out;
  const std::vector<DeviceStanding> all = archive.look_for_silence().value();
  for (const DeviceStanding& changed : all) out.emplace_back(changed.hearing, changed.device == device);
  return out;
}

TEST_F(ArchiveTest, RaisesADeviceThatLetsTwoIntervalsPassAndSaysWhenItIsHeardAgain) {
  const envelope::DeviceId device = ground_->enrolment().device;
  EXPECT_EQ(look(*archive_, device), Hearings{});
  clock_.advance(2 * kInterval - std::chrono::minutes(1));
  EXPECT_EQ(look(*archive_, device), Hearings{});
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(look(*archive_, device), (Hearings{{Hearing::silent, true}}));
  EXPECT_EQ(look(*archive_, device), Hearings{}) << "it is said once";
  EXPECT_EQ(archive_->devices().at(0).hearing, Hearing::silent);
  EXPECT_EQ(archive_->devices().at(0).heard_ms, ground_->enrolment().enrolled_s * 1000);
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  EXPECT_EQ(look(*archive_, device), (Hearings{{Hearing::heard, true}}));
  clock_.advance(2 * kInterval - std::chrono::minutes(1));
  EXPECT_EQ(look(*archive_, device), Hearings{}) << "the time is counted from when the entry came";
}

TEST_F(ArchiveTest, KnowsAfterARestartWhenADeviceWasLastHeard) {
  const envelope::DeviceId device = ground_->enrolment().device;
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  EXPECT_EQ(look(*archive_, device), Hearings{});
  clock_.advance(2 * kInterval - std::chrono::minutes(1));
  open();
  EXPECT_EQ(look(*archive_, device), Hearings{});
  clock_.advance(std::chrono::minutes(2));
  open();
  EXPECT_EQ(look(*archive_, device), (Hearings{{Hearing::silent, true}}));
}

TEST_F(ArchiveTest, ExpectsNothingOfADeviceThatHasRetired) {
  const envelope::DeviceId device = ground_->enrolment().device;
  const Bytes part = encode(envelope::RetirePart{});
  const auto answers =
      submit(submission_of({ground_->chain().make(envelope::EntryKind::retire, part, {})})).value();
  ASSERT_EQ(answers.at(0).status, EntryStatus::received);
  clock_.advance(100 * kInterval);
  EXPECT_EQ(look(*archive_, device), Hearings{});
  EXPECT_EQ(archive_->devices().at(0).hearing, Hearing::retired);
}

}  // namespace
}  // namespace strongroom::archive
