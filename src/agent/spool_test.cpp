// The spool loses nothing that was synced, and invents nothing, whatever power failure or fault (protocol §3.10).
#include <gtest/gtest.h>

#include "agent/spool.h"
#include "platform/clock.h"
#include "platform/faulty_file_system.h"
#include "platform/memory_file_system.h"

namespace strongroom::agent {
namespace {

using envelope::EntryKind;

struct Fixture : ::testing::Test {
  platform::SystemEntropy entropy;
  platform::SystemClock clock;
  platform::NoStepHook steps;
  crypto::SigningKey key = crypto::SigningKey::from_seeds(
      entropy.secret<32>(), SecretBytes::copy_of(entropy.secret<32>().reveal()));
  platform::MemoryFileSystem memory;

  Result<Spool> reopen(platform::FileSystem& files) {
    return Spool::open(files, "dev", seal::ChainState{}, steps);
  }
  /// Appends one heartbeat that pretends to hold one record.
  Result<Hash256> add(Spool& spool) {
    seal::Chain chain(spool.chain(), key, entropy, clock);
    SpooledEntry s;
    s.entry = chain.heartbeat(60);
    s.identities = {entropy.array<32>()};
    TRY(spool.append(s, chain.state()));
    return s.identities[0];
  }
  std::vector<Receipt> receipts(const Spool& spool) {
    std::vector<Receipt> out;
    for (std::size_t i = 0; i < spool.waiting(); ++i) out.push_back({i, "proof"});
    return out;
  }
};

TEST_F(Fixture, WhatWasSyncedIsThereAgain) {
  auto spool = reopen(memory).value();
  const Hash256 a = add(spool).value(), b = add(spool).value();
  ASSERT_TRUE(spool.sync());
  const Hash256 unsynced = add(spool).value();
  for (const auto how : {platform::PowerCut::tear_unsynced, platform::PowerCut::lose_unsynced}) {
    memory.power_cut(how);
    auto again = reopen(memory).value();
    EXPECT_EQ(again.waiting(), 2u);
    EXPECT_TRUE(again.knows(a) && again.knows(b));
    EXPECT_FALSE(again.knows(unsynced));
    EXPECT_EQ(again.chain().next_sequence, 2u);
  }
}

TEST_F(Fixture, TheChainGoesOnAfterATornTail) {
  {
    auto spool = reopen(memory).value();
    ASSERT_TRUE(add(spool));
    ASSERT_TRUE(spool.sync());
    ASSERT_TRUE(add(spool));
  }
  memory.power_cut(platform::PowerCut::tear_unsynced);
  auto spool = reopen(memory).value();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  auto again = reopen(memory).value();
  ASSERT_EQ(again.waiting(), 2u);
  const auto first = envelope::decode_signed_header(again.read(0)->entry.header).value();
  const auto second = envelope::decode_signed_header(again.read(1)->entry.header).value();
  EXPECT_EQ(second.header.sequence, 1u);
  EXPECT_EQ(second.header.previous, first.hash);
}

TEST_F(Fixture, OnlyReceiptsOfAllReleaseTheSpool) {
  auto spool = reopen(memory).value();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  EXPECT_FALSE(spool.release({Receipt{0, "one of two"}}));
  EXPECT_EQ(spool.waiting(), 2u);
  EXPECT_TRUE(spool.release(receipts(spool)));
  EXPECT_EQ(spool.waiting(), 0u);
}

TEST_F(Fixture, ADuplicateIsKnownAfterTheSpoolWasEmptied) {
  auto spool = reopen(memory).value();
  const Hash256 a = add(spool).value();
  ASSERT_TRUE(spool.sync());
  ASSERT_TRUE(spool.release(receipts(spool)));
  memory.power_cut();
  auto again = reopen(memory).value();
  EXPECT_TRUE(again.knows(a));
  EXPECT_EQ(again.waiting(), 0u);
  EXPECT_EQ(again.chain().next_sequence, 1u);
}

TEST_F(Fixture, DamageInTheMiddleIsSetAsideNotDropped) {
  auto spool = reopen(memory).value();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  const std::uint64_t first = spool.waiting_bytes();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  const Bytes before = memory.read("dev/spool", 1 << 20).value();
  ASSERT_TRUE(memory.flip_byte("dev/spool", first + 100));
  auto again = reopen(memory).value();
  EXPECT_EQ(again.waiting(), 1u);
  EXPECT_EQ(again.set_aside_bytes(), before.size() - first);
  memory.power_cut();
  EXPECT_EQ(memory.read("dev/spool.cut", 1 << 20).value().size(), before.size() - first);
}

TEST_F(Fixture, AFlippedByteEndsTheSpoolThereAndNothingIsInvented) {
  auto spool = reopen(memory).value();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  ASSERT_TRUE(memory.flip_byte("dev/spool", 100));
  auto again = reopen(memory);
  EXPECT_TRUE(!again || again->waiting() == 0);
}

TEST_F(Fixture, ANewIncarnationNamesTheLastHeadAndWaitsForTheSpool) {
  auto spool = reopen(memory).value();
  ASSERT_TRUE(add(spool));
  ASSERT_TRUE(spool.sync());
  const Hash256 head{std::byte{5}};
  EXPECT_FALSE(spool.begin_incarnation({std::byte{9}}, head));
  ASSERT_TRUE(spool.release(receipts(spool)));
  ASSERT_TRUE(spool.begin_incarnation({std::byte{9}}, head));
  memory.power_cut();
  auto again = reopen(memory).value();
  EXPECT_EQ(again.chain().incarnation, envelope::Incarnation{std::byte{9}});
  EXPECT_EQ(again.chain().next_sequence, 0u);
  EXPECT_EQ(again.chain().previous, head);
}

/// Power fails at the n-th call of a release, for every n: afterwards the identity is known and the chain goes on from
/// the same place, whether the spool was emptied or not.
TEST_F(Fixture, AReleaseInterruptedAnywhereLosesNothing) {
  for (std::uint64_t n = 1; n < 40; ++n) {
    platform::MemoryFileSystem disk;
    Hash256 identity{}, last{};
    bool finished = false;
    {
      auto spool = reopen(disk).value();
      identity = add(spool).value();
      ASSERT_TRUE(spool.sync());
      last = spool.chain().previous;
    }
    {
      platform::FaultyFileSystem faulty(disk);
      auto spool = reopen(faulty).value();
      faulty.die_at_change(n, n % 2 == 0 ? platform::Fault::torn : platform::Fault::error_after);
      finished = spool.release(receipts(spool)).has_value();
    }
    disk.power_cut(platform::PowerCut::tear_unsynced);
    auto again = reopen(disk);
    ASSERT_TRUE(again) << "call " << n << ": " << again.error().to_string();
    EXPECT_TRUE(again->knows(identity)) << "call " << n;
    EXPECT_EQ(again->chain().next_sequence, 1u) << "call " << n;
    EXPECT_EQ(again->chain().previous, last) << "call " << n;
    if (finished) return;
  }
  FAIL() << "the release never finished";
}

}  // namespace
}  // namespace strongroom::agent
