/// A running archive with a witness beside it, without listeners: what tests of the archive start from. Test code only.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include "archive/archive.h"
#include "test_ground.h"
#include "witness/witness.h"

namespace strongroom::archive::testing {

using envelope::RegisterType;

/// The witness without a network.
class DirectTransport final : public WitnessTransport {
 public:
  explicit DirectTransport(witness::Witness& witness) : witness_(witness) {}
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string&, const std::string& body) override {
    if (cut_off) return fail(ErrorCode::unavailable, "the witness is cut off");
    return witness_.add_checkpoint(body);
  }

  std::atomic<bool> cut_off = false;

 private:
  witness::Witness& witness_;
};

/// The system's clock, and as much later as a test says. Threads may share it.
class MovableClock final : public platform::Clock {
 public:
  std::uint64_t now_ms() override { return system_.now_ms() + later_ms_; }
  void advance(std::chrono::milliseconds by) { later_ms_ += static_cast<std::uint64_t>(by.count()); }

 private:
  platform::SystemClock system_;
  std::atomic<std::uint64_t> later_ms_ = 0;
};

class ArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + fmt::format("strongroom-archive-{}", ::getpid());
    std::filesystem::remove_all(path_);
    files_ = platform::make_posix_file_system();
    platform::SystemEntropy entropy;
    witness::WitnessDirectory witness_directory(*files_, path_ + "/witness");
    const auto vkey = witness_directory.init("outside.example/w", entropy).value();
    const ServerNames names = DataDirectory(*files_, data()).init("test.example", entropy).value();
    ASSERT_TRUE(witness_directory.add_log(ledger::parse_vkey(names.register_vkey).value()));
    ASSERT_TRUE(witness_directory.add_log(ledger::parse_vkey(names.capture_vkey).value()));
    ground_.emplace(names, format_vkey(vkey));
    witness_ = witness::Witness::open(witness_directory, clock_, hook_).value();
    transport_ = std::make_unique<DirectTransport>(*witness_);
    const auto adopted = DataDirectory(*files_, data()).adopt(ground_->genesis_object(), hook_);
    ASSERT_TRUE(adopted) << adopted.error().to_string();
    open();
    posts_ = ground_->opening_posts();
    for (const auto& [type, object] : posts_) {
      const auto index = post(type, object);
      ASSERT_TRUE(index) << index.error().to_string();
    }
  }
  void TearDown() override {
    archive_.reset();
    std::filesystem::remove_all(path_);
  }

  std::string data() const { return path_ + "/data"; }
  void open() {
    archive_.reset();
    archive_ = opened_at(data(), {});
    ASSERT_NE(archive_, nullptr);
  }
  /// An archive of this directory, started, when its witnesses have been asked once.
  std::unique_ptr<Archive> opened_at(const std::string& directory, std::vector<std::string> lost) {
    const auto stop = [](const Error& error) { ADD_FAILURE() << error.to_string(); };
    const Surroundings around{files_.get(), &hook_, &clock_, transport_.get(), [](const Error&) {}, stop};
    ArchiveConfig config;
    config.data = directory;
    config.witness_urls = {{"outside", "http://direct"}};
    config.lost_witnesses = std::move(lost);
    auto opened = Archive::open(config, around);
    EXPECT_TRUE(opened) << opened.error().to_string();
    if (!opened) return nullptr;
    (*opened)->start();
    (*opened)->wait_for_witnesses(std::chrono::seconds(30));
    return *std::move(opened);
  }
  Result<std::uint64_t> post(RegisterType type, const Bytes& object) {
    std::promise<Result<std::uint64_t>> done;
    auto future = done.get_future();
    EXPECT_TRUE(archive_->register_writer().put(
        RegisterPost{type, object, [&](Result<std::uint64_t> index) { done.set_value(std::move(index)); }}));
    return future.get();
  }
  Result<std::vector<EntryAnswer>> submit(const Bytes& request) {
    std::promise<Result<std::vector<EntryAnswer>>> done;
    auto future = done.get_future();
    const RegisterSnapshot state = archive_->state();
    archive_->submit(request, *state->device_by_pin(ground_->device().pin()), state,
                     [&](Result<std::vector<EntryAnswer>> answers) { done.set_value(std::move(answers)); });
    return future.get();
  }
  void cross() {
    std::promise<void> done;
    EXPECT_TRUE(archive_->register_writer().put(CrossWish{[&] { done.set_value(); }}));
    done.get_future().get();
  }
  /// Asks until the witness has it: the answer comes without sleeping, from other threads' work.
  std::string proof_of(LedgerName ledger, std::uint64_t index) {
    while (true) {
      if (auto proof = archive_->proof(ledger, index)) return *std::move(proof);
      std::this_thread::yield();
    }
  }

  std::string path_;
  std::unique_ptr<platform::FileSystem> files_;
  MovableClock clock_;
  platform::NoStepHook hook_;
  std::optional<Ground> ground_;
  std::vector<std::pair<RegisterType, Bytes>>
      posts_;  ///< as they were posted: signing again gives other bytes
  std::unique_ptr<witness::Witness> witness_;
  std::unique_ptr<DirectTransport> transport_;
  std::unique_ptr<Archive> archive_;
};

}  // namespace strongroom::archive::testing
