// A ledger and three witnesses, of which some do not answer and some know more than the ledger has (protocol §4.7).
#include "archive/witnessing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>

#include "platform/clock.h"
#include "platform/memory_file_system.h"
#include "witness/witness.h"

namespace strongroom::archive {
namespace {

using State = WitnessStanding::State;

/// The address is the witness's number.
class ThreeWitnesses final : public WitnessTransport {
 public:
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string& url, const std::string& body) override {
    const auto number = static_cast<std::size_t>(url.at(0) - '0');
    if (silent.at(number)) return fail(ErrorCode::unavailable, "it does not answer");
    return witnesses.at(number)->add_checkpoint(body);
  }
  std::array<std::unique_ptr<witness::Witness>, 3> witnesses;
  std::array<bool, 3> silent{};
};

struct WitnessingTest : ::testing::Test {
  void SetUp() override {
    Secret<32> seed;
    seed.reveal_mutable()[0] = std::byte{7};
    signer.emplace(ledger::NoteSigner::create("ledger.example/test", ledger::KeyType::ed25519,
                                              crypto::SigningKey::from_seeds(seed, SecretBytes()))
                       .value());
    platform::SystemEntropy entropy;
    for (std::size_t i = 0; i < 3; ++i) {
      witness::WitnessDirectory directory(files, fmt::format("/w{}", i));
      const auto key = directory.init(fmt::format("w{}.example/w", i), entropy).value();
      ASSERT_TRUE(directory.add_log(signer->vkey()));
      lines += fmt::format("witness w{} {}\n", i, format_vkey(key));
      transport.witnesses.at(i) = witness::Witness::open(directory, clock, hook).value();
    }
    begin("/ledger");
  }
  void begin(const std::string& directory) {
    const SequencerConfig config{&files, &hook, directory, &*signer};
    ASSERT_TRUE(Sequencer::create(config));
    sequencer = Sequencer::open(config).value();
    ASSERT_TRUE(sequencer->append({Bytes(97), Bytes(97)}));
  }
  std::unique_ptr<Witnessing> meet(Demand demand, std::vector<std::string> lost = {}) {
    WitnessingParts parts;
    parts.files = &files;
    parts.hook = &hook;
    parts.path = "/witnessed";
    parts.sequencer = sequencer.get();
    parts.log = identity_of(signer->vkey());
    parts.policy = [this] {
      return ledger::parse_policy(lines + fmt::format("group all {} w0 w1 w2\nquorum all\n", needed));
    };
    parts.urls = {{"w0", "0"}, {"w1", "1"}, {"w2", "2"}};
    parts.transport = &transport;
    parts.warn = [](const Error&) {};
    parts.demand = demand;
    parts.lost = std::move(lost);
    return Witnessing::create(std::move(parts)).value();
  }
  WitnessStanding after_a_round(Demand demand, std::vector<std::string> lost = {}) {
    const auto witnessing = meet(demand, std::move(lost));
    const Result<bool> round = witnessing->round();
    EXPECT_TRUE(round) << round.error().to_string();
    return witnessing->standing();
  }

  platform::MemoryFileSystem files;
  platform::NoStepHook hook;
  platform::SystemClock clock;
  ThreeWitnesses transport;
  std::string lines;
  int needed = 2;
  std::optional<ledger::NoteSigner> signer;
  std::unique_ptr<Sequencer> sequencer;
};

TEST_F(WitnessingTest, AQuorumIsEnoughToGoOnWith) {
  transport.silent = {false, false, true};
  EXPECT_EQ(after_a_round(Demand::quorum).state, State::level);
  transport.silent = {false, true, true};
  const WitnessStanding alone = after_a_round(Demand::quorum);
  EXPECT_EQ(alone.state, State::asking);
  EXPECT_TRUE(alone.asked);
  EXPECT_EQ(alone.who, "w1, w2");
}

TEST_F(WitnessingTest, WhatWasPutBackWaitsForEveryWitness) {
  transport.silent = {false, false, true};
  const WitnessStanding waiting = after_a_round(Demand::everyone);
  EXPECT_EQ(waiting.state, State::asking);
  EXPECT_EQ(waiting.who, "w2");
  EXPECT_EQ(after_a_round(Demand::everyone, {"w2"}).state, State::level);
  transport.silent = {};
  EXPECT_EQ(after_a_round(Demand::everyone).state, State::level);
}

TEST_F(WitnessingTest, ThoseWhoAreLostMustNotHaveBeenAQuorum) {
  needed = 1;
  transport.silent = {false, false, true};
  EXPECT_EQ(after_a_round(Demand::everyone, {"w2"}).state, State::asking);
  needed = 2;
  EXPECT_EQ(after_a_round(Demand::everyone, {"w2"}).state, State::level);
}

TEST_F(WitnessingTest, OneThatKnowsMoreIsEnoughToBeBehind) {
  transport.silent = {true, true, false};
  const std::unique_ptr<Sequencer> old = std::move(sequencer);
  begin("/newer");  // the same two leaves, and one more, which only w2 saw
  ASSERT_TRUE(sequencer->append({Bytes(98)}));
  EXPECT_EQ(after_a_round(Demand::quorum).state, State::asking);
  transport.silent = {};
  sequencer = Sequencer::open({&files, &hook, "/ledger", &*signer}).value();
  for (const Demand demand : {Demand::quorum, Demand::everyone}) {
    const WitnessStanding behind = after_a_round(demand);
    EXPECT_EQ(behind.state, State::behind);
    EXPECT_EQ(behind.own, 2u);
    EXPECT_EQ(behind.witnessed, 3u);
    EXPECT_EQ(behind.who, "w2");
  }
}

TEST_F(WitnessingTest, OneThatKnowsMoreLaterMeansThatAnotherSignsWithOurKey) {
  const auto witnessing = meet(Demand::quorum);
  ASSERT_TRUE(witnessing->round());
  ASSERT_EQ(witnessing->standing().state, State::level);
  const std::unique_ptr<Sequencer> ours = std::move(sequencer);
  begin("/other");
  ASSERT_TRUE(sequencer->append({Bytes(98), Bytes(99)}));
  EXPECT_EQ(after_a_round(Demand::quorum).state, State::level);
  ASSERT_TRUE(ours->append({Bytes(98)}));
  const auto round = witnessing->round();
  ASSERT_FALSE(round);
  EXPECT_EQ(round.error().code, ErrorCode::conflict);
}

TEST_F(WitnessingTest, AnotherTreeOfTheSameSizeStopsItAtOnce) {
  ASSERT_EQ(after_a_round(Demand::quorum).state, State::level);
  const SequencerConfig config{&files, &hook, "/fork", &*signer};
  ASSERT_TRUE(Sequencer::create(config));
  sequencer = Sequencer::open(config).value();
  ASSERT_TRUE(sequencer->append({Bytes(97), Bytes(98)}));
  const auto round = meet(Demand::quorum)->round();
  ASSERT_FALSE(round);
  EXPECT_EQ(round.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace strongroom::archive
