#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "seal/seal.h"

namespace strongroom::seal {
namespace {

struct FixedClock final : platform::Clock {
  std::uint64_t now_ms() override { return 1'760'000'000'000; }
};

crypto::SigningKey a_key() {
  platform::SystemEntropy entropy;
  const auto seed = entropy.secret<32>();
  return crypto::SigningKey::from_seeds(entropy.secret<32>(), SecretBytes::copy_of(seed.reveal()));
}

roster::LotKeySet keys_of(unsigned n) {
  platform::SystemEntropy entropy;
  roster::LotKeySet keys;
  for (std::uint32_t p = 0; p < n; ++p)
    keys.push_back({0, p, crypto::xwing::public_from_seed(entropy.secret<32>()), p + 10});
  return keys;
}

TEST(Chain, NumbersWithoutGapsAndNamesTheEntryBefore) {
  const auto key = a_key();
  platform::SystemEntropy entropy;
  FixedClock clock;
  Chain chain({}, key, entropy, clock);
  const SealedEntry first = chain.heartbeat(60);
  const SealedEntry second = chain.heartbeat(60);
  const auto a = envelope::decode_signed_header(first.header).value();
  const auto b = envelope::decode_signed_header(second.header).value();
  EXPECT_TRUE(envelope::verify_header(a, key.public_half()));
  EXPECT_EQ(b.header.sequence, 1u);
  EXPECT_EQ(b.header.previous, a.hash);
  EXPECT_NE(a.header.blind, b.header.blind);
  EXPECT_EQ(decode_chain_state(encode(chain.state())).value().previous, second.header_hash);
}

TEST(Folder, RefusesKeysOfOtherPositionsThanItsDealings) {
  const auto key = a_key();
  platform::SystemEntropy entropy;
  FixedClock clock;
  Chain chain({}, key, entropy, clock);
  envelope::Core0 core0;
  core0.dealings = {{0, 2, 3, 1}};
  EXPECT_FALSE(Folder::open(chain, core0, keys_of(2), entropy));
  EXPECT_FALSE(Folder::open(chain, core0, keys_of(4), entropy));
  EXPECT_EQ(chain.state().next_sequence, 0u);
  EXPECT_TRUE(Folder::open(chain, core0, keys_of(3), entropy));
}

TEST(Folder, RefusesABatchLargerThanABody) {
  const auto key = a_key();
  platform::SystemEntropy entropy;
  FixedClock clock;
  Chain chain({}, key, entropy, clock);
  envelope::Core0 core0;
  core0.dealings = {{0, 2, 3, 1}};
  auto opened = Folder::open(chain, core0, keys_of(3), entropy).value();
  Bytes noise(600'000);
  entropy.fill(noise);
  EXPECT_EQ(opened.folder.seal_batch(chain, {noise, noise}, entropy).error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(opened.folder.seal_batch(chain, {noise}, entropy));
}

TEST(Compression, TheBoundIsNeverExceeded) {
  platform::SystemEntropy entropy;
  for (const std::size_t size : std::vector<std::size_t>{0, 1, 200, 4000, 70'000, 600'000}) {
    Bytes noise(size);
    entropy.fill(noise);
    EXPECT_LE(compress_and_pad(noise).size() + 16, sealed_bytes_bound(size));
    EXPECT_LE(compress_and_pad(Bytes(size)).size() + 16, sealed_bytes_bound(size));
  }
}

}  // namespace
}  // namespace strongroom::seal
