#include "witness/witness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platform/faulty_file_system.h"
#include "platform/memory_file_system.h"

namespace strongroom::witness {
namespace {

ledger::NoteSigner log_signer() {
  Secret<32> seed;
  seed.reveal_mutable()[0] = std::byte{9};
  return ledger::NoteSigner::create("log.example/w", ledger::KeyType::ed25519,
                                    crypto::SigningKey::from_seeds(seed, SecretBytes()))
      .value();
}

class WitnessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    platform::SystemEntropy entropy;
    ASSERT_TRUE(directory().init("witness.example/1", entropy));
    ASSERT_TRUE(directory().add_log(log_.vkey()));
    for (int i = 0; i < 10; ++i) {
      const std::string leaf = fmt::format("leaf {}", i);
      tree_.append(ledger::leaf_hash(bytes_of(leaf)));
      fork_.append(ledger::leaf_hash(bytes_of(i < 4 ? leaf : leaf + " of the fork")));
    }
    restart();
  }
  WitnessDirectory directory() { return {files_, "/witness"}; }
  void restart() { witness_ = Witness::open(directory(), clock_, hook_).value(); }
  std::string request(ledger::MemoryTree& tree, std::uint64_t from, std::uint64_t size) {
    ledger::AddCheckpoint out;
    out.old_size = {from};
    if (from != 0 && from != size) out.proof = ledger::consistency_proof({from}, {size}, tree).value();
    out.checkpoint =
        format_cosigned_checkpoint(ledger::sign_checkpoint({size}, tree.root({size}), log_).value());
    return format_add_checkpoint(out);
  }

  platform::MemoryFileSystem disk_;
  platform::FaultyFileSystem files_{disk_};
  platform::ManualClock clock_{1'795'305'600'000};
  platform::NoStepHook hook_;
  ledger::NoteSigner log_ = log_signer();
  ledger::MemoryTree tree_, fork_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatContinuesAndRefusesAFork) {
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 0, 5))->status, 200);
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 5, 7))->status, 200);
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 5, 8))->status, 409);
  EXPECT_EQ(witness_->add_checkpoint(request(fork_, 7, 8))->status, 422);
  EXPECT_EQ(witness_->add_checkpoint(request(fork_, 7, 7))->status, 422);
}

TEST_F(WitnessTest, RefusesAForkAlsoAfterPowerWasLost) {
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 0, 7))->status, 200);
  disk_.power_cut(platform::PowerCut::tear_unsynced);
  restart();
  EXPECT_EQ(witness_->add_checkpoint(request(fork_, 0, 8))->status, 409);
  EXPECT_EQ(witness_->add_checkpoint(request(fork_, 7, 8))->status, 422);
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 7, 8))->status, 200);
}

TEST_F(WitnessTest, AnswersNothingThatIsNotDurable) {
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 0, 4))->status, 200);
  files_.reset();
  files_.fail_call(platform::FileCall::write_durable, 1);
  EXPECT_FALSE(witness_->add_checkpoint(request(tree_, 4, 6)));
}

TEST_F(WitnessTest, WillNotServeALogWhoseStateWasLost) {
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 0, 4))->status, 200);
  const std::vector<std::string> names = disk_.list("/witness/state").value();
  for (const std::string& name : names) {
    ASSERT_TRUE(disk_.remove("/witness/state/" + name));
  }
  EXPECT_EQ(Witness::open(directory(), clock_, hook_).error().code, ErrorCode::corrupt);
}

TEST_F(WitnessTest, ShowsTheLatestCheckpointWithItsCosignature) {
  const std::string path = ledger::monitoring_path("log.example/w");
  EXPECT_FALSE(witness_->latest(path));
  EXPECT_EQ(witness_->add_checkpoint(request(tree_, 0, 4))->status, 200);
  const std::string shown = witness_->latest(path).value();
  const auto note = ledger::parse_note_unverified(shown).value();
  const std::vector<ledger::VerifierKey> keys = {log_.vkey(), witness_->vkey()};
  EXPECT_EQ(ledger::verify_note(note, keys)->size(), 2u);
}

}  // namespace
}  // namespace strongroom::witness
