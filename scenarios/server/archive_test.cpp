#include "archive/archive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "crypto/hash.h"
#include "ledger/proof.h"
#include "test_ground.h"
#include "witness/witness.h"

namespace strongroom::archive {
namespace {

using envelope::RegisterType;
using testing::Ground;
using testing::submission_of;

/// The witness without a network.
class DirectTransport final : public WitnessTransport {
 public:
  explicit DirectTransport(witness::Witness& witness) : witness_(witness) {}
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string&, const std::string& body) override {
    return witness_.add_checkpoint(body);
  }

 private:
  witness::Witness& witness_;
};

class ArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + fmt::format("strongroom-archive-{}", ::getpid());
    std::filesystem::remove_all(path_);
    files_ = platform::make_posix_file_system();
    platform::SystemEntropy entropy;
    witness::WitnessDirectory witness_directory(*files_, path_ + "/witness");
    const auto vkey = witness_directory.init("outside.example/w", entropy).value();
    const ServerNames names = DataDirectory(*files_, data()).init("test.example", entropy).value();
    ASSERT_TRUE(witness_directory.add_log(ledger::parse_vkey(names.register_vkey).value()));
    ASSERT_TRUE(witness_directory.add_log(ledger::parse_vkey(names.capture_vkey).value()));
    ground_.emplace(names, format_vkey(vkey));
    witness_ = witness::Witness::open(witness_directory, clock_, hook_).value();
    transport_ = std::make_unique<DirectTransport>(*witness_);
    const auto adopted = DataDirectory(*files_, data()).adopt(ground_->genesis_object(), hook_);
    ASSERT_TRUE(adopted) << adopted.error().to_string();
    open();
    posts_ = ground_->opening_posts();
    for (const auto& [type, object] : posts_) {
      const auto index = post(type, object);
      ASSERT_TRUE(index) << index.error().to_string();
    }
  }
  void TearDown() override {
    archive_.reset();
    std::filesystem::remove_all(path_);
  }

  std::string data() const { return path_ + "/data"; }
  void open() {
    archive_.reset();
    const auto stop = [](const Error& error) { ADD_FAILURE() << error.to_string(); };
    const Surroundings around{files_.get(), &hook_, &clock_, transport_.get(), [](const Error&) {}, stop};
    ArchiveConfig config;
    config.data = data();
    config.witness_urls = {{"outside", "http://direct"}};
    auto opened = Archive::open(config, around);
    ASSERT_TRUE(opened) << opened.error().to_string();
    archive_ = *std::move(opened);
    archive_->start();
  }
  Result<std::uint64_t> post(RegisterType type, const Bytes& object) {
    std::promise<Result<std::uint64_t>> done;
    auto future = done.get_future();
    EXPECT_TRUE(archive_->register_writer().put(
        RegisterPost{type, object, [&](Result<std::uint64_t> index) { done.set_value(std::move(index)); }}));
    return future.get();
  }
  Result<std::vector<EntryAnswer>> submit(const Bytes& request) {
    std::promise<Result<std::vector<EntryAnswer>>> done;
    auto future = done.get_future();
    const RegisterSnapshot state = archive_->state();
    archive_->submit(request, *state->device_by_pin(ground_->device().pin()), state,
                     [&](Result<std::vector<EntryAnswer>> answers) { done.set_value(std::move(answers)); });
    return future.get();
  }
  void cross() {
    std::promise<void> done;
    EXPECT_TRUE(archive_->register_writer().put(CrossWish{[&] { done.set_value(); }}));
    done.get_future().get();
  }
  /// Asks until the witness has it: the answer comes without sleeping, from other threads' work.
  std::string proof_of(LedgerName ledger, std::uint64_t index) {
    while (true) {
      if (auto proof = archive_->proof(ledger, index)) return *std::move(proof);
      std::this_thread::yield();
    }
  }

  std::string path_;
  std::unique_ptr<platform::FileSystem> files_;
  platform::SystemClock clock_;
  platform::NoStepHook hook_;
  std::optional<Ground> ground_;
  std::vector<std::pair<RegisterType, Bytes>>
      posts_;  ///< as they were posted: signing again gives other bytes
  std::unique_ptr<witness::Witness> witness_;
  std::unique_ptr<DirectTransport> transport_;
  std::unique_ptr<Archive> archive_;
};

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
  static_cast<void>(proof_of(LedgerName::registers, 4));
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

TEST_F(ArchiveTest, StopsWhenTheWitnessKnowsALargerLedger) {
  const std::string copy = path_ + "/copy";
  archive_.reset();
  std::filesystem::copy(data(), copy, std::filesystem::copy_options::recursive);
  open();
  ASSERT_TRUE(submit(submission_of({ground_->chain().heartbeat(3600)})));
  static_cast<void>(proof_of(LedgerName::capture, 0));
  archive_.reset();
  std::promise<ErrorCode> stopped;
  std::once_flag once;
  const Surroundings around{
      files_.get(),
      &hook_,
      &clock_,
      transport_.get(),
      [](const Error&) {},
      [&](const Error& error) { std::call_once(once, [&] { stopped.set_value(error.code); }); }};
  ArchiveConfig config;
  config.data = copy;
  config.witness_urls = {{"outside", "http://direct"}};
  const auto behind = Archive::open(config, around).value();
  behind->start();
  EXPECT_EQ(stopped.get_future().get(), ErrorCode::conflict);
}

}  // namespace
}  // namespace strongroom::archive
