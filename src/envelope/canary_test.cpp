#include "envelope/canary.h"

#include <gtest/gtest.h>

#include "codec/cbor.h"

namespace strongroom::envelope {
namespace {

struct CanaryMark : ::testing::Test {
  CanaryMark() {
    answer[3] = std::byte{9};
    open.kind = EntryKind::open;
    open.extensions = canary_extensions(answer_commitment(answer));
    core0.mode = CaptureMode::canary;
  }
  KnownAnswer answer{};
  Header open;
  Core0 core0;
};

TEST_F(CanaryMark, SaysWhatTheAnswerMustHashTo) {
  EXPECT_EQ(canary_commitment(open, core0), answer_commitment(answer));
  answer[3] = std::byte{8};
  EXPECT_NE(canary_commitment(open, core0), answer_commitment(answer));
}

TEST_F(CanaryMark, IsBothModeAndCommitment) {
  Header bare = open;
  bare.extensions.clear();
  EXPECT_FALSE(canary_commitment(bare, core0));
  core0.mode = CaptureMode::import;
  EXPECT_FALSE(canary_commitment(open, core0));
}

TEST_F(CanaryMark, StandsInAnOpenEntryOnly) {
  open.kind = EntryKind::batch;
  EXPECT_FALSE(canary_commitment(open, core0));
}

TEST_F(CanaryMark, IsThirtyTwoBytesAmongWhateverElseIsThere) {
  open.extensions = cbor::MapBuilder().add("canary", cbor::Writer().uint(7).take()).take();
  EXPECT_FALSE(canary_commitment(open, core0));
  open.extensions = cbor::MapBuilder()
                        .add("a", cbor::Writer().uint(7).take())
                        .add("canary", cbor::Writer().bytes(answer_commitment(answer)).take())
                        .take();
  EXPECT_EQ(canary_commitment(open, core0), answer_commitment(answer));
}

}  // namespace
}  // namespace strongroom::envelope
