#include <gtest/gtest.h>

#include <algorithm>

#include "chain/device_chain.h"
#include "crypto/hash.h"
#include "seal/seal.h"

namespace strongroom::chain {
namespace {

struct MovingClock final : platform::Clock {
  std::uint64_t now = 1'760'000'000'000;
  std::uint64_t now_ms() override { return now += 1000; }
};

/// One device: open, three batches, close, heartbeat.
struct Device : ::testing::Test {
  void SetUp() override {
    key = std::make_unique<crypto::SigningKey>(crypto::SigningKey::from_seeds(
        entropy.secret<32>(), SecretBytes::copy_of(entropy.secret<32>().reveal())));
    enrolment.device_key = key->public_half();
    enrolment.heartbeat_s = 3600;
    chain = std::make_unique<seal::Chain>(seal::ChainState{}, *key, entropy, clock);
    roster::LotKeySet keys;
    for (std::uint32_t p = 0; p < 3; ++p)
      keys.push_back({0, p, crypto::xwing::public_from_seed(entropy.secret<32>()), p});
    envelope::Core0 core0;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened = seal::Folder::open(*chain, core0, keys, entropy).value();
    log(opened.entry);
    for (int i = 0; i < 3; ++i) log(opened.folder.seal_batch(*chain, {Bytes(10)}, entropy).value());
    log(opened.folder.close(*chain));
    log(chain->heartbeat(3600));
  }
  void log(const seal::SealedEntry& e) {
    entries.push_back({100 + entries.size(), envelope::decode_signed_header(e.header).value()});
  }
  std::vector<Fault> faults(std::vector<LoggedEntry> list, std::uint64_t now = 0) {
    std::vector<Fault> out;
    for (const Finding& f : read_chain({enrolment, 0, {}, {}}, std::move(list), now).findings)
      out.push_back(f.fault);
    return out;
  }
  platform::SystemEntropy entropy;
  MovingClock clock;
  std::unique_ptr<crypto::SigningKey> key;
  std::unique_ptr<seal::Chain> chain;
  roster::Enrolment enrolment;
  std::vector<LoggedEntry> entries;
};

TEST_F(Device, AWholeChainHasNoFindings) {
  const ChainView view = read_chain({enrolment, 0, {}, {}}, entries, clock.now);
  EXPECT_TRUE(view.findings.empty());
  ASSERT_EQ(view.folders.size(), 1u);
  EXPECT_EQ(view.folders[0].batches.size(), 3u);
  EXPECT_EQ(view.folders[0].records, 3u);
  EXPECT_TRUE(view.folders[0].close);
}

TEST_F(Device, ADroppedEntryIsNamed) {
  entries.erase(entries.begin() + 2);
  const ChainView view = read_chain({enrolment, 0, {}, {}}, entries, 0);
  ASSERT_EQ(view.findings.size(), 2u);
  EXPECT_EQ(view.findings[0].fault, Fault::gap);
  EXPECT_EQ(view.findings[0].sequence, 2u);
  EXPECT_EQ(view.findings[0].count, 1u);
  EXPECT_EQ(view.findings[1].fault, Fault::wrong_counts);
}

TEST_F(Device, ADroppedOpeningOrphansItsBatches) {
  entries.erase(entries.begin());
  const auto found = faults(entries);
  EXPECT_EQ(std::ranges::count(found, Fault::gap), 1);
  EXPECT_EQ(std::ranges::count(found, Fault::orphan_batch), 4);
}

TEST_F(Device, ReorderedEntriesAreNamed) {
  std::swap(entries[1].leaf, entries[2].leaf);
  EXPECT_EQ(std::ranges::count(faults(entries), Fault::reordered), 1);
}

TEST_F(Device, AReplayedPositionIsEquivocation) {
  seal::ChainState old = chain->state();
  old.next_sequence = 5;
  seal::Chain clone(old, *key, entropy, clock);
  log(clone.heartbeat(3600));
  EXPECT_EQ(std::ranges::count(faults(entries), Fault::equivocation), 1);
}

TEST_F(Device, AnEntryOfAnotherKeyCountsForNothing) {
  const auto other = crypto::SigningKey::from_seeds(entropy.secret<32>(),
                                                    SecretBytes::copy_of(entropy.secret<32>().reveal()));
  seal::Chain stranger(chain->state(), other, entropy, clock);
  log(stranger.heartbeat(3600));
  EXPECT_EQ(faults(entries), std::vector{Fault::bad_signature});
}

TEST_F(Device, SilenceIsNamedBetweenEntriesAndAtTheEnd) {
  EXPECT_EQ(faults(entries, clock.now + 3 * 3'600'000), std::vector{Fault::late_heartbeat});
  clock.now += 3 * 3'600'000;
  log(chain->heartbeat(3600));
  EXPECT_EQ(faults(entries), std::vector{Fault::late_heartbeat});
}

TEST_F(Device, ANewIncarnationMustNameAKnownHead) {
  seal::ChainState next;
  next.incarnation.fill(std::byte{7});
  next.previous = entries.back().header.hash;
  seal::Chain good(next, *key, entropy, clock);
  log(good.heartbeat(3600));
  EXPECT_TRUE(faults(entries).empty());
  next.incarnation.fill(std::byte{8});
  next.previous.fill(std::byte{9});
  seal::Chain bad(next, *key, entropy, clock);
  log(bad.heartbeat(3600));
  EXPECT_EQ(faults(entries), std::vector{Fault::unknown_beginning});
}

/// The device's key was replaced before leaf 106, where its seventh entry would stand.
struct Replaced : Device {
  void SetUp() override {
    Device::SetUp();
    next = std::make_unique<crypto::SigningKey>(crypto::SigningKey::from_seeds(
        entropy.secret<32>(), SecretBytes::copy_of(entropy.secret<32>().reveal())));
    device.enrolment = enrolment;
    roster::LaterKey later{{}, 77, 106};
    later.act.device_key = next->public_half();
    device.later_keys.push_back(later);
  }
  void log_by(const crypto::SigningKey& by, const seal::ChainState& from) {
    log(seal::Chain(from, by, entropy, clock).heartbeat(3600));
  }
  std::vector<Fault> found() {
    std::vector<Fault> out;
    for (const Finding& f : read_chain(device, entries, 0).findings) out.push_back(f.fault);
    return out;
  }
  std::unique_ptr<crypto::SigningKey> next;
  roster::EnrolledDevice device;
};

TEST_F(Replaced, TheChainGoesOnUnderTheNewKey) {
  log_by(*next, chain->state());
  EXPECT_TRUE(found().empty());
}

TEST_F(Replaced, WhatTheOldKeySignsAfterwardsIsNamedAndLeftOut) {
  log_by(*key, chain->state());
  EXPECT_EQ(found(), std::vector{Fault::replaced_key});
  EXPECT_TRUE(is_serious(Fault::replaced_key));
  EXPECT_EQ(read_chain(device, entries, 0).entries, 6u);
}

TEST_F(Replaced, AnOldPositionReplayedWithTheStolenKeyIsNoEquivocationOfTheDevice) {
  log_by(*next, chain->state());
  seal::ChainState old = chain->state();
  old.next_sequence = 2;
  log_by(*key, old);
  EXPECT_EQ(found(), std::vector{Fault::replaced_key});
}

TEST_F(Replaced, TheNewKeySignsNothingBefore) {
  entries.pop_back();
  seal::ChainState state = chain->state();
  state.next_sequence = 5;
  state.previous = entries.back().header.hash;
  log_by(*next, state);
  EXPECT_EQ(found(), std::vector{Fault::bad_signature});
}

}  // namespace
}  // namespace strongroom::chain
