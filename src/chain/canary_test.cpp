#include "chain/canary.h"

#include <gtest/gtest.h>

#include "envelope/canary.h"
#include "record/canary.h"
#include "seal/seal.h"

namespace strongroom::chain {
namespace {

struct StillClock final : platform::Clock {
  std::uint64_t now_ms() override { return 1'795'305'600'000; }
};

/// Folders as a device could try to pass them off.
struct Canary : ::testing::Test {
  Canary() {
    enrolment.device_key = key.public_half();
    for (std::uint32_t p = 0; p < 3; ++p)
      keys.push_back({0, p, crypto::xwing::public_from_seed(entropy.secret<32>()), p});
  }
  static Bytes inside() { return record::encode(record::canary({}, 0)); }
  enum class Closing { closed, left_open };
  /// Sealed with the mark, read as from the ledger.
  std::optional<Hash256> seen(const std::vector<std::vector<Bytes>>& batches,
                              Closing closing = Closing::closed,
                              envelope::CaptureMode mode = envelope::CaptureMode::canary) {
    seal::Chain chain({}, key, entropy, clock);
    envelope::Core0 core0;
    core0.mode = mode;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened =
        seal::Folder::open(chain, core0, keys, entropy, envelope::canary_extensions(commitment)).value();
    std::vector<seal::SealedEntry> entries = {opened.entry};
    for (const auto& records : batches)
      entries.push_back(opened.folder.seal_batch(chain, records, entropy).value());
    if (closing == Closing::closed) entries.push_back(opened.folder.close(chain));
    std::vector<LoggedEntry> logged;
    for (const auto& entry : entries)
      logged.push_back({logged.size(), envelope::decode_signed_header(entry.header).value()});
    const ChainView view = read_chain({enrolment, 0, {}, {}}, logged, 0);
    if (view.folders.size() != 1) return std::nullopt;
    claimed_falsely = is_false_canary(view.folders[0]);
    return canary_of(view.folders[0]);
  }
  bool claimed_falsely = false;
  platform::SystemEntropy entropy;
  StillClock clock;
  crypto::SigningKey key = crypto::SigningKey::from_seeds(
      entropy.secret<32>(), SecretBytes::copy_of(entropy.secret<32>().reveal()));
  roster::Enrolment enrolment;
  roster::LotKeySet keys;
  Hash256 commitment = envelope::answer_commitment({});
};

TEST_F(Canary, IsOneRecordInOneBatchUnderTheMark) {
  EXPECT_EQ(seen({{inside()}}), commitment);
  EXPECT_FALSE(claimed_falsely);
}

TEST_F(Canary, IsNotAFolderThatHoldsMore) {
  EXPECT_FALSE(seen({{inside(), inside()}}));
  EXPECT_TRUE(claimed_falsely);
  EXPECT_FALSE(seen({{inside()}, {inside()}}));
  EXPECT_TRUE(claimed_falsely);
  Bytes long_record;
  entropy.fill(long_record = Bytes(8000));
  EXPECT_FALSE(seen({{long_record}}));
  EXPECT_TRUE(claimed_falsely);
}

TEST_F(Canary, IsNotEmptyOrOpen) {
  EXPECT_FALSE(seen({}));
  EXPECT_FALSE(claimed_falsely);
  EXPECT_FALSE(seen({{inside()}}, Closing::left_open));
}

TEST_F(Canary, IsNotAFolderOfAnotherMode) {
  EXPECT_FALSE(seen({{inside()}}, Closing::closed, envelope::CaptureMode::import));
  EXPECT_FALSE(claimed_falsely);
}

}  // namespace
}  // namespace strongroom::chain
