#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "dealing/dealing.h"
#include "platform/entropy.h"

namespace strongroom::dealing {
namespace {

struct Fixture : ::testing::Test {
  void SetUp() override {
    platform::SystemEntropy entropy;
    for (std::uint32_t p = 0; p < 3; ++p)
      keys.push_back({0, p, crypto::xwing::public_from_seed(entropy.secret<32>()), p});
    core0.dealings = {{0, 2, 3, 1}};
    core0.lot_key_set = roster::hash_of(keys);
    fs = entropy.secret<32>();
  }
  roster::LotKeySet keys;
  envelope::Core0 core0;
  Secret<32> fs;
};

TEST_F(Fixture, DealingIsAPureFunction) {
  const Dealt a = deal(fs, core0, keys).value();
  const Dealt b = deal(fs, core0, keys).value();
  EXPECT_EQ(a.core_bytes, b.core_bytes);
  EXPECT_EQ(a.shares, b.shares);
  EXPECT_EQ(a.core_hash, envelope::folder_id(a.core_bytes));
}

TEST_F(Fixture, EveryFieldOfTheCoreChangesKeySharesAndSeals) {
  const Dealt a = deal(fs, core0, keys).value();
  envelope::Core0 other = core0;
  other.day += 1;
  const Dealt b = deal(fs, other, keys).value();
  EXPECT_NE(a.core.public_key, b.core.public_key);
  EXPECT_NE(a.shares[0].commitment, b.shares[0].commitment);
  EXPECT_NE(a.shares[0].sealed, b.shares[0].sealed);
}

TEST_F(Fixture, AnyKSharesAndNoFewerRebuildTheSecret) {
  const Hash256 hash = crypto::sha256(envelope::encode(core0));
  auto shares = deal_shares(fs, hash, core0.dealings[0]);
  for (const auto& [i, j] : {std::pair{0u, 1u}, {0u, 2u}, {2u, 1u}}) {
    std::vector<crypto::Share> two;
    two.push_back({shares[i].x, shares[i].y.duplicate()});
    two.push_back({shares[j].x, shares[j].y.duplicate()});
    EXPECT_TRUE(equal_constant_time(crypto::combine_shares(two).value().reveal(), fs.reveal()));
  }
  std::vector<crypto::Share> one;
  one.push_back({shares[0].x, shares[0].y.duplicate()});
  EXPECT_FALSE(equal_constant_time(crypto::combine_shares(one).value().reveal(), fs.reveal()));
}

TEST_F(Fixture, RefusesALotKeySetThatTheCoreDoesNotName) {
  core0.lot_key_set = {};
  EXPECT_FALSE(deal(fs, core0, keys));
}

}  // namespace
}  // namespace strongroom::dealing
