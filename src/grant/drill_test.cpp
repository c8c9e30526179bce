#include "grant/drill.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "record/canary.h"

namespace strongroom::grant {
namespace {

using roster::DrillOutcome;

/// One canary, asked for and opened by the shares of members 1 and 3.
struct Judging : ::testing::Test {
  Judging() {
    answer[0] = std::byte{42};
    asked.header_hash = crypto::sha256(bytes_of("canary"));
    asked.lot.retention_class = 2;
    asked.commitment = envelope::answer_commitment(answer);
  }
  std::vector<OpenedDevice> opened(const record::Record& inside) {
    OpenedFolder folder;
    folder.open.header.hash = asked.header_hash;
    folder.trustees = {1, 3};
    folder.batches.emplace_back();
    folder.batches[0].records.push_back({0, record::encode(inside), inside, Secret<32>{}});
    std::vector<OpenedDevice> out(1);
    out[0].folders.push_back(std::move(folder));
    return out;
  }
  roster::DrilledFolder judged(const std::vector<OpenedDevice>& devices) {
    return judge_drill({asked}, devices).at(0);
  }
  envelope::KnownAnswer answer{};
  AskedCanary asked;
};

TEST_F(Judging, ACanaryThatHoldsItsAnswerHasOpened) {
  const auto folder = judged(opened(record::canary(answer, 7)));
  EXPECT_EQ(folder.outcome, DrillOutcome::opened);
  EXPECT_EQ(folder.answer, answer);
  EXPECT_EQ(folder.trustees, (std::vector<roster::MemberId>{1, 3}));
  EXPECT_EQ(folder.lot, asked.lot);
}

TEST_F(Judging, AWrongKnownAnswerIsNamedAndNotTold) {
  envelope::KnownAnswer other = answer;
  other[5] ^= std::byte{1};
  const auto folder = judged(opened(record::canary(other, 7)));
  EXPECT_EQ(folder.outcome, DrillOutcome::wrong_answer);
  EXPECT_EQ(folder.answer, envelope::KnownAnswer{});
}

TEST_F(Judging, ARecordThatIsNoCanaryHasNoAnswer) {
  record::Record message;
  message.source = "strongroom-jsonl";
  EXPECT_EQ(judged(opened(message)).outcome, DrillOutcome::wrong_answer);
}

TEST_F(Judging, AFolderWithoutItsRecordIsNamed) {
  auto devices = opened(record::canary(answer, 7));
  devices[0].folders[0].batches[0].records.clear();
  EXPECT_EQ(judged(devices).outcome, DrillOutcome::no_record);
  devices[0].folders[0].batches.clear();
  EXPECT_EQ(judged(devices).outcome, DrillOutcome::no_record);
}

TEST_F(Judging, WhatDidNotOpenIsThereToo) {
  const auto folder = judged({});
  EXPECT_EQ(folder.outcome, DrillOutcome::not_opened);
  EXPECT_TRUE(folder.trustees.empty());
}

TEST_F(Judging, FoldersAreInTheOrderOfTheirHashes) {
  AskedCanary first = asked;
  first.header_hash = Hash256{};
  const auto folders = judge_drill({asked, first}, opened(record::canary(answer, 7)));
  ASSERT_EQ(folders.size(), 2u);
  EXPECT_EQ(folders[0].outcome, DrillOutcome::not_opened);
  EXPECT_EQ(folders[1].outcome, DrillOutcome::opened);
}

}  // namespace
}  // namespace strongroom::grant
