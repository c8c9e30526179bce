// Protocol §4.2: the real server and the real witness, killed with SIGKILL after every step. Nothing that had a
// receipt is lost, nothing is invented, the checkpoint never goes back, and no size has two roots.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

#include "archive/step.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/proof.h"
#include "roster/replay.h"
#include "test_ground.h"
#include "wire/client.h"
#include "witness/witness_directory.h"

namespace strongroom::archive {
namespace {

using testing::Ground;
using testing::submission_of;

/// A child process and the line it says when it is ready.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::string& die_at) {
    int out[2];
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      if (!die_at.empty()) ::setenv("STRONGROOM_DIE_AT", die_at.c_str(), 1);
      std::vector<char*> argv;
      for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    char c = 0;
    while (::read(out[0], &c, 1) == 1 && c != '\n') ready_ += c;
    ::close(out[0]);
  }
  ~Program() { end(SIGKILL); }
  Program(const Program&) = delete;

  /// How it ended: the signal, or 0 for an exit.
  int end(int with) {
    if (process_ <= 0) return 0;
    ::kill(process_, with);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  /// Waits a while for it to be killed; false if it lives on.
  bool died() {
    const auto patience = platform::Deadline::after(std::chrono::seconds(5));
    int status = 0;
    while (process_ > 0 && !patience.passed()) {
      if (::waitpid(process_, &status, WNOHANG) == process_) process_ = -1;
    }
    return process_ <= 0;
  }
  bool gone() {
    int status = 0;
    if (process_ > 0 && ::waitpid(process_, &status, WNOHANG) == process_) process_ = -1;
    return process_ <= 0;
  }
  std::uint16_t port(std::string_view field) const {
    const std::string key = fmt::format("\"{}\": \"127.0.0.1:", field);
    const std::size_t at = ready_.find(key);
    if (at == std::string::npos) return 0;
    return static_cast<std::uint16_t>(std::atoi(ready_.c_str() + at + key.size()));
  }

 private:
  pid_t process_ = -1;
  std::string ready_;
};

class TilesOverHttp final : public ledger::TileReader {
 public:
  explicit TilesOverHttp(wire::Client& client) : client_(client) {}
  Result<Bytes> read_tile(const ledger::TileId& tile) override { return get(ledger::path_of(tile)); }
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override { return get(ledger::path_of(bundle)); }

 private:
  Result<Bytes> get(const std::string& path) {
    wire::Response response = TRY(client_.get("/capture/" + path));
    if (response.status != 200) return fail(ErrorCode::not_found, "no such tile", path);
    return std::move(response.body);
  }
  wire::Client& client_;
};

class KillTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + fmt::format("strongroom-kill-{}", ::getpid());
    std::filesystem::remove_all(path_);
    platform::SystemEntropy entropy;
    witness::WitnessDirectory witness(*files_, path_ + "/witness");
    const auto vkey = witness.init("outside.example/w", entropy).value();
    const ServerNames names = DataDirectory(*files_, path_ + "/data").init("test.example", entropy).value();
    ASSERT_TRUE(witness.add_log(ledger::parse_vkey(names.register_vkey).value()));
    ASSERT_TRUE(witness.add_log(ledger::parse_vkey(names.capture_vkey).value()));
    ground_.emplace(names, format_vkey(vkey));
    platform::NoStepHook hook;
    ASSERT_TRUE(DataDirectory(*files_, path_ + "/data").adopt(ground_->genesis_object(), hook));
    start_witness("");
    start_server("");
    state_.emplace(ground_->archive());
    wire::Client officer = client(ground_->officer()).value();
    for (const auto& [type, object] : ground_->opening_posts()) {
      cbor::Writer w;
      w.array(2).uint(static_cast<std::uint64_t>(type)).bytes(object);
      const auto answer = officer.post("/v1/register", w.take());
      ASSERT_TRUE(answer) << answer.error().to_string();
      ASSERT_EQ(answer->status, 200u) << text_of(answer->body);
    }
    const auto got = officer.get("/v1/register?from=0").value();
    cbor::Reader r(got.body);
    const std::size_t items = r.array().value();
    for (std::size_t i = 0; i < items; ++i) {
      ASSERT_TRUE(r.array(2));
      const BytesView leaf = r.bytes().value();
      ASSERT_TRUE(state_->apply(leaf, r.bytes().value()));
    }
    ASSERT_TRUE(state_->findings().empty());
  }
  void TearDown() override {
    server_.reset();
    witness_.reset();
    std::filesystem::remove_all(path_);
  }
  void start_witness(const std::string& die_at) {
    witness_.reset();
    witness_.emplace(std::vector<std::string>{STRONGROOM_WITNESS, "serve", "--data", path_ + "/witness",
                                              "--listen", fmt::format("127.0.0.1:{}", witness_port_)},
                     die_at);
    witness_port_ = witness_->port("listen");
    ASSERT_NE(witness_port_, 0);
  }
  void start_server(const std::string& die_at) {
    server_.reset();
    server_.emplace(std::vector<std::string>{STRONGROOMD, "serve", "--data", path_ + "/data", "--listen",
                                             "127.0.0.1:0", "--public", "127.0.0.1:0", "--witness",
                                             fmt::format("outside=http://127.0.0.1:{}", witness_port_)},
                    die_at);
  }
  Result<wire::Client> client(const wire::Identity& identity) {
    wire::ClientConfig config;
    config.address = "127.0.0.1";
    config.port = server_->port("listen");
    return wire::Client::connect(config, identity, wire::PinSet(ground_->roster().server_pins.front()));
  }
  /// Sends everything there is, two entries at a time, and collects a receipt for each; stops when the server is gone.
  void deliver() {
    auto device = client(ground_->device());
    if (!device) return;
    for (std::size_t from = 0; from < entries_.size(); from += 2) {
      const std::size_t to = std::min(from + 2, entries_.size());
      const auto at = entries_.begin();
      const std::vector<seal::SealedEntry> some(at + static_cast<std::ptrdiff_t>(from),
                                                at + static_cast<std::ptrdiff_t>(to));
      auto answer = device->post("/v1/entries", submission_of(some));
      // A server that has not heard from its witness since it started takes nothing yet.
      const auto patience = platform::Deadline::after(std::chrono::seconds(30));
      while (answer && answer->status == 503 && !patience.passed())
        answer = device->post("/v1/entries", submission_of(some));
      if (!answer || answer->status != 200) return;
      cbor::Reader r(answer->body);
      ASSERT_EQ(r.array().value(), some.size());
      for (const seal::SealedEntry& entry : some) {
        ASSERT_TRUE(r.array(3));
        const std::uint64_t status = r.uint().value();
        ASSERT_TRUE(status == 1 || status == 2) << status;
        const std::uint64_t leaf = r.uint().value();
        ASSERT_TRUE(r.item());
        if (!receipt(*device, leaf, entry)) return;
      }
    }
  }
  /// False when the server is gone.
  bool receipt(wire::Client& device, std::uint64_t leaf, const seal::SealedEntry& entry) {
    const auto patience = platform::Deadline::after(std::chrono::seconds(30));
    while (true) {
      if (patience.passed()) {
        ADD_FAILURE() << "no receipt for leaf " << leaf;
        return false;
      }
      const auto answer = device.get(fmt::format("/v1/proof/capture/{}", leaf));
      if (!answer) return false;
      if (answer->status != 200) continue;  // not witnessed yet
      const auto proof = ledger::parse_tlog_proof(text_of(answer->body)).value();
      const Bytes data = encode(envelope::CaptureLeaf{envelope::digests_of(entry.header)});
      const auto proven = ledger::verify_tlog_proof(proof, data, policy(), log());
      EXPECT_TRUE(proven);
      if (proven) saw(proven->accepted.checkpoint());
      const auto [it, fresh] = receipted_.emplace(entry.sequence, leaf);
      EXPECT_EQ(it->second, leaf);
      return true;
    }
  }
  void saw(const ledger::Checkpoint& checkpoint) {
    const auto [it, fresh] = roots_.emplace(checkpoint.size.value, checkpoint.root);
    EXPECT_EQ(it->second, checkpoint.root) << "two checkpoints of size " << checkpoint.size.value;
    EXPECT_GE(checkpoint.size.value, largest_) << "the checkpoint went back";
    largest_ = std::max(largest_, checkpoint.size.value);
  }
  ledger::Policy policy() const { return ledger::parse_policy(ground_->roster().witness_policy).value(); }
  ledger::LogIdentity log() const {
    return ledger::identity_of(ledger::parse_vkey(ground_->roster().capture_vkey).value());
  }
  /// The ledger as anybody can read it: every leaf an entry of ours, each once, where its receipt says.
  void check_public() {
    wire::ClientConfig config;
    config.address = "127.0.0.1";
    config.port = server_->port("public");
    wire::Client anybody = wire::Client::connect_public(config).value();
    const auto text = anybody.get("/capture/checkpoint").value();
    const auto accepted = ledger::accept(policy(), log(), text_of(text.body));
    ASSERT_TRUE(accepted) << text_of(text.body);
    saw(accepted->checkpoint());
    TilesOverHttp tiles(anybody);
    const ledger::TreeSize size = accepted->checkpoint().size;
    ASSERT_TRUE(ledger::verify_all_tiles(size, accepted->checkpoint().root, tiles));
    auto nodes = ledger::AuthenticatedTiles::open(size, accepted->checkpoint().root, tiles).value();
    std::map<Bytes, std::uint64_t> expected;
    for (const seal::SealedEntry& entry : entries_) {
      expected[encode(envelope::CaptureLeaf{envelope::digests_of(entry.header)})] = entry.sequence;
    }
    ASSERT_EQ(size.value, entries_.size());
    for (std::uint64_t i = 0; i < size.value; ++i) {
      const Bytes leaf = nodes.entry({i}).value();
      ASSERT_TRUE(expected.contains(leaf)) << "leaf " << i << " was invented, or is there twice";
      EXPECT_EQ(receipted_.at(expected[leaf]), i);
      expected.erase(leaf);
    }
    wire::Client device = client(ground_->device()).value();
    for (const seal::SealedEntry& entry : entries_) {
      if (entry.body.empty()) continue;
      EXPECT_EQ(device.get("/v1/object/" + codec::hex(crypto::sha256(entry.body))).value().body, entry.body);
    }
  }
  void add_entries() {
    for (auto& entry : ground_->seal_folder(*state_, 3)) entries_.push_back(std::move(entry));
  }

  std::string path_;
  std::unique_ptr<platform::FileSystem> files_ = platform::make_posix_file_system();
  std::optional<Ground> ground_;
  std::optional<roster::RegisterState> state_;
  std::optional<Program> witness_, server_;
  std::uint16_t witness_port_ = 0;
  std::vector<seal::SealedEntry> entries_;
  std::map<std::uint64_t, std::uint64_t> receipted_;  ///< sequence → leaf
  std::map<std::uint64_t, Hash256> roots_;
  std::uint64_t largest_ = 0;
};

TEST_P(KillTest, LosesNothingReceiptedInventsNothingAndNeverGoesBack) {
  const bool of_witness = GetParam() == "witness_stored";
  for (int round = 1; round <= 3; ++round) {
    add_entries();
    const std::string die_at = fmt::format("{}:{}", GetParam(), round);
    if (of_witness) {
      start_witness(die_at);
      start_server("");
    } else {
      start_server(die_at);
    }
    if (!of_witness) deliver();
    if (of_witness) {
      auto device = client(ground_->device());
      ASSERT_TRUE(device);
      static_cast<void>(device->post("/v1/entries", submission_of(entries_)));
      while (!witness_->gone()) static_cast<void>(device->get("/health"));
      start_witness("");
    } else {
      EXPECT_TRUE(server_->died()) << "the server was not killed at " << die_at;
      start_server("");
    }
    deliver();
    ASSERT_EQ(receipted_.size(), entries_.size());
    check_public();
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_EQ(server_->end(SIGTERM), 0);
}

std::vector<std::string> all_steps() {
  std::vector<std::string> out;
  for (const Step step : kSteps) out.emplace_back(name_of(step));
  out.emplace_back("witness_stored");
  return out;
}
INSTANTIATE_TEST_SUITE_P(EveryStep, KillTest, ::testing::ValuesIn(all_steps()),
                         [](const auto& step) { return step.param; });

}  // namespace
}  // namespace strongroom::archive
