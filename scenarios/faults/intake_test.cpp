// Every call that one whole intake makes of its file system fails in every way; then the server starts on what is left
// (protocol §4.2; docs/faults.md).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "intake.h"

namespace strongroom::archive::testing {
namespace {

using platform::BadSync;
using platform::Fault;
using platform::PowerCut;

/// What happens to the machine after the fault.
enum class Fate { killed, killed_then_power_cut, lose_unsynced, tear_unsynced, any_subset, another_subset };
constexpr std::array kFates = {Fate::killed,        Fate::killed_then_power_cut,
                               Fate::lose_unsynced, Fate::tear_unsynced,
                               Fate::any_subset,    Fate::another_subset};

/// By default each fault meets one fate, and the next fault the next; with this all of them.
bool everything() { return std::getenv("STRONGROOM_FAULTS_ALL") != nullptr; }

class IntakeFaults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // SQLite's files lie in memory where there is such a directory: its syncs are not what is tried here.
    const std::string place = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : ::testing::TempDir();
    beginning_ = std::make_unique<Beginning>(place + fmt::format("strongroom-faults-{}", ::getpid()));
  }
  static void TearDownTestSuite() { beginning_.reset(); }

  static void meet(Intake& intake, Fate fate, std::uint64_t seed) {
    switch (fate) {
      case Fate::killed:
      case Fate::killed_then_power_cut: return intake.kill();
      case Fate::lose_unsynced: return intake.power_cut(PowerCut::lose_unsynced, seed);
      case Fate::tear_unsynced: return intake.power_cut(PowerCut::tear_unsynced, seed);
      case Fate::any_subset: return intake.power_cut(PowerCut::any_subset, seed);
      case Fate::another_subset: return intake.power_cut(PowerCut::any_subset, seed + 1'000'001);
    }
  }
  /// From the fault to the end: the server starts on an honest file system, everything is sent again, all is there.
  static void recover(Intake& intake, Fate fate, std::uint64_t seed) {
    meet(intake, fate, seed);
    intake.files.reset();
    Result<void> again = intake.run();
    if (again && fate == Fate::killed_then_power_cut) {
      intake.power_cut(PowerCut::any_subset, seed);
      again = intake.run();
    }
    EXPECT_TRUE(again) << again.error().to_string();
    intake.check(seed % 16 == 0 || everything() ? Intake::Depth::whole : Intake::Depth::quick);
    EXPECT_EQ(intake.broken, std::vector<std::string>{});
    EXPECT_EQ(intake.noticed, std::vector<std::string>{});
  }
  /// In the short form every eighth call meets one fate, by turns, so that the kinds of faults meet other calls.
  static std::vector<Fate> fates_of(std::uint64_t n, std::uint64_t kind) {
    if (everything()) return {kFates.begin(), kFates.end()};
    if (n % 8 != 2 * kind) return {};
    return {kFates[(n / 8) % kFates.size()]};
  }

  static std::unique_ptr<Beginning> beginning_;
};
std::unique_ptr<Beginning> IntakeFaults::beginning_;

TEST_F(IntakeFaults, WithoutAnyTheIntakeIsWhole) {
  Intake intake(*beginning_);
  const Result<void> done = intake.run();
  ASSERT_TRUE(done) << done.error().to_string();
  intake.check(Intake::Depth::whole);
  EXPECT_EQ(intake.broken, std::vector<std::string>{});
  EXPECT_EQ(intake.noticed, std::vector<std::string>{});
}

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::error_before: return "BeforeItIsDone";
    case Fault::error_after: return "AfterItIsDone";
    case Fault::torn: return "HalfDone";
    case Fault::no_space: return "DiskFull";
  }
  return "";
}

class EveryCall : public IntakeFaults, public ::testing::WithParamInterface<Fault> {};

TEST_P(EveryCall, FailsAndNothingAnsweredIsLostAndNothingForks) {
  std::uint64_t calls = 0;
  {
    Intake whole(*beginning_);
    ASSERT_TRUE(whole.run());
    calls = whole.files.all_calls();
  }
  ASSERT_GT(calls, 200u);
  std::uint64_t runs = 0, failed = 0;
  for (std::uint64_t n = 1; n <= calls; ++n) {
    for (const Fate fate : fates_of(n, static_cast<std::uint64_t>(GetParam()))) {
      SCOPED_TRACE(fmt::format("call {} of {}, fate {}", n, calls, static_cast<int>(fate)));
      Intake intake(*beginning_);
      intake.files.fail_any_call(n, GetParam());
      ++runs;
      if (const Result<void> done = intake.run(); !done) ++failed;
      if (GetParam() == Fault::no_space) intake.files.make_room();
      EXPECT_FALSE(intake.still_answers()) << "after an error of the disk";
      recover(intake, fate, n);
    }
    if (HasFailure()) break;
  }
  fmt::print("{} calls, {} runs, of which {} met an error\n", calls, runs, failed);
}
INSTANTIATE_TEST_SUITE_P(Faults, EveryCall,
                         ::testing::Values(Fault::error_before, Fault::error_after, Fault::torn,
                                           Fault::no_space),
                         [](const auto& tested) { return std::string(name_of(tested.param)); });

std::uint64_t syncs_of_one_run(Beginning& beginning) {
  Intake whole(beginning);
  const std::uint64_t before = whole.disk.syncs();
  EXPECT_TRUE(whole.run());
  return whole.disk.syncs() - before;
}

TEST_F(IntakeFaults, ASyncThatFailsAndForgetsLosesNothingAnswered) {
  const std::uint64_t syncs = syncs_of_one_run(*beginning_);
  for (std::uint64_t n = 1; n <= syncs; ++n) {
    for (const Fate fate : fates_of(everything() ? n : n % 3 == 0 ? n / 3 * 8 : std::uint64_t{1}, 0)) {
      SCOPED_TRACE(fmt::format("sync {} of {}, fate {}", n, syncs, static_cast<int>(fate)));
      Intake intake(*beginning_);
      intake.disk.spoil_sync(n, BadSync::forgets);
      EXPECT_FALSE(intake.run());
      EXPECT_FALSE(intake.still_answers()) << "after a failed sync";
      recover(intake, fate, n);
    }
    if (HasFailure()) break;
  }
  fmt::print("{} syncs\n", syncs);
}

/// Nothing can be kept on a disk that says "written" and has not. What it took must not go unnoticed.
TEST_F(IntakeFaults, WhatALyingSyncLosesIsNoticed) {
  const std::uint64_t syncs = syncs_of_one_run(*beginning_);
  std::uint64_t noticed = 0, harmless = 0;
  for (std::uint64_t n = 1; n <= syncs; n += everything() ? 1u : 5u) {
    SCOPED_TRACE(fmt::format("sync {} of {}", n, syncs));
    Intake intake(*beginning_);
    intake.stop_after_syncs = intake.disk.syncs() + n - 1;
    intake.disk.spoil_sync(n, BadSync::lies);
    static_cast<void>(intake.run());
    intake.power_cut(PowerCut::lose_unsynced, n);
    intake.stop_after_syncs = UINT64_MAX;
    const Result<void> again = intake.run();
    intake.check(Intake::Depth::whole);
    if (!again || !intake.noticed.empty()) {
      ++noticed;
    } else {
      ++harmless;
      EXPECT_EQ(intake.broken, std::vector<std::string>{}) << "and nobody noticed";
    }
  }
  fmt::print("{} lies noticed, {} did no harm\n", noticed, harmless);
}

}  // namespace
}  // namespace strongroom::archive::testing
