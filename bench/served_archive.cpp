#include "served_archive.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "archive/capture_writer.h"
#include "base/check.h"
#include "codec/cbor.h"
#include "codec/text.h"
#include "comparison.h"
#include "crypto/hash.h"
#include "ledger/checkpoint.h"
#include "witness/witness_directory.h"

namespace strongroom::bench {

using archive::testing::submission_of;

// --- Program ---

Program::Program(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int out[2];
  CHECK(::pipe2(out, O_CLOEXEC) == 0);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it must not outlive a benchmark that gave up
    ::dup2(out[1], STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  char c = 0;
  while (::read(out[0], &c, 1) == 1 && c != '\n') ready_ += c;
  ::close(out[0]);
  if (ready_.empty())
    give_up(fail(ErrorCode::unavailable, "the program did not start", arguments[0]).error());
}

void Program::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::uint16_t Program::port(std::string_view field) const {
  const std::string key = fmt::format("\"{}\": \"127.0.0.1:", field);
  const std::size_t at = ready_.find(key);
  CHECK(at != std::string::npos);
  return static_cast<std::uint16_t>(std::atoi(ready_.c_str() + at + key.size()));
}

std::uint64_t Program::memory_bytes_most() const {
  std::ifstream in(fmt::format("/proc/{}/status", process_));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  give_up(fail(ErrorCode::not_found, "the process says nothing of its memory").error());
}

double Program::cpu_s() const {
  std::ifstream in(fmt::format("/proc/{}/stat", process_));
  std::string line;
  std::getline(in, line);
  // proc(5): after the name in parentheses, fields 12 and 13 are user and system time in ticks.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// --- ServedArchive ---

ServedArchive::ServedArchive(const std::string& name) : scratch_(name) {
  const archive::ServerNames names = init();
  ground_.emplace(names, witness_vkey_);
  platform::NoStepHook hook;
  must(archive::DataDirectory(*files_, data()).adopt(ground_->genesis_object(), hook));
  const std::string programs = program_directory();
  witness_.emplace(std::vector<std::string>{programs + "/strongroom-witness", "serve", "--data",
                                            scratch_.path() + "/witness", "--listen", "127.0.0.1:0"});
  server_.emplace(std::vector<std::string>{
      programs + "/strongroomd", "serve", "--data", data(), "--listen", "127.0.0.1:0", "--public",
      "127.0.0.1:0", "--witness", fmt::format("outside=http://127.0.0.1:{}", witness_->port("listen"))});
  post_opening();
}

archive::ServerNames ServedArchive::init() {
  witness::WitnessDirectory witness(*files_, scratch_.path() + "/witness");
  must(files_->make_directories(scratch_.path() + "/witness"));
  must(files_->make_directories(data()));
  witness_vkey_ = format_vkey(must(witness.init("outside.example/w", entropy_)));
  archive::ServerNames names = must(archive::DataDirectory(*files_, data()).init("bench.example", entropy_));
  must(witness.add_log(must(ledger::parse_vkey(names.register_vkey))));
  must(witness.add_log(must(ledger::parse_vkey(names.capture_vkey))));
  return names;
}

/// Lot keys and the device's enrolment; then the register as the device sees it.
void ServedArchive::post_opening() {
  wire::Client officer = must(connect(ground_->officer()));
  for (const auto& [type, object] : ground_->opening_posts()) {
    cbor::Writer w;
    w.array(2).uint(static_cast<std::uint64_t>(type)).bytes(object);
    CHECK(must(officer.post("/v1/register", w.take())).status == 200);
  }
  state_.emplace(ground_->archive());
  const wire::Response answer = must(officer.get("/v1/register?from=0"));
  cbor::Reader r(answer.body);
  const std::size_t items = must(r.array());
  for (std::size_t i = 0; i < items; ++i) {
    must(r.array(2));
    const BytesView leaf = must(r.bytes());
    must(state_->apply(leaf, must(r.bytes())));
  }
}

Result<wire::Client> ServedArchive::connect(const wire::Identity& identity) const {
  wire::ClientConfig config;
  config.address = "127.0.0.1";
  config.port = server_->port("listen");
  return wire::Client::connect(config, identity, wire::PinSet(ground_->roster().server_pins.front()));
}

SealedChain ServedArchive::seal_chain(std::size_t batches, std::size_t records, std::size_t record_bytes) {
  seal::ChainState start;
  start.device = ground_->enrolment().device;
  entropy_.fill(start.incarnation);
  ground_->set_chain(start);
  envelope::Core0 core0;
  core0.archive = core0.roster = ground_->archive();
  core0.device_key = crypto::sha256(ground_->enrolment().device_key.ed25519);
  core0.retention_class = roster::testing::kTestClass;
  core0.lot = state_->latest_complete_lot(roster::testing::kTestClass).value_or(envelope::Lot{});
  core0.day = static_cast<std::uint32_t>(ground_->enrolment().enrolled_s / 86400);
  for (const roster::Quorum& quorum : ground_->roster().quorums) {
    core0.dealings.push_back({quorum.id, quorum.k, static_cast<std::uint32_t>(quorum.positions.size()), 1});
  }
  auto opened = must(seal::Folder::open(ground_->chain(), core0, state_->lot_keys(core0.lot), entropy_));
  SealedChain out;
  out.opening = submission_of({opened.entry});
  std::vector<Bytes> content(records, Bytes(record_bytes));
  for (std::size_t i = 0; i < batches; ++i) {
    for (Bytes& record : content) entropy_.fill(record);
    out.batches.push_back(
        submission_of({must(opened.folder.seal_batch(ground_->chain(), content, entropy_))}));
  }
  out.closing = submission_of({opened.folder.close(ground_->chain())});
  return out;
}

/// One entry, which must be received: durable and in the tree.
void ServedArchive::post(wire::Client& client, const Bytes& request) {
  const wire::Response answer = must(client.post("/v1/entries", request));
  cbor::Reader r(answer.body);
  const bool received = answer.status == 200 && r.array(1) && r.array(3) &&
                        r.uint() == static_cast<std::uint64_t>(archive::EntryStatus::received);
  if (received) return;
  give_up(
      fail(ErrorCode::refused, "the server did not receive an entry", fmt::format("status {}", answer.status))
          .error());
}

Sent ServedArchive::send(const std::vector<SealedChain>& chains) {
  Sent begin, end;
  const auto look = [this](Sent& at) noexcept {
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    at.wall_s = now_s(Clock::wall);
    at.server_cpu_s = server_->cpu_s();
    at.clients_cpu_s = static_cast<double>(own.tv_sec) + static_cast<double>(own.tv_nsec) * 1e-9;
  };
  const auto connections = static_cast<std::ptrdiff_t>(chains.size());
  std::barrier opened(connections, [&]() noexcept { look(begin); });
  std::barrier answered(connections, [&]() noexcept { look(end); });
  std::vector<std::jthread> threads;
  for (const SealedChain& chain : chains) {
    entries_sent_ += 2 + chain.batches.size();
    threads.emplace_back([&, this] {
      wire::Client client = must(connect(ground_->device()));
      post(client, chain.opening);
      opened.arrive_and_wait();
      for (const Bytes& batch : chain.batches) post(client, batch);
      answered.arrive_and_wait();
      post(client, chain.closing);
    });
  }
  threads.clear();
  return {end.wall_s - begin.wall_s, end.server_cpu_s - begin.server_cpu_s,
          end.clients_cpu_s - begin.clients_cpu_s};
}

void ServedArchive::finish(std::uint64_t size) {
  wire::Client device = must(connect(ground_->device()));
  const auto patience = platform::Deadline::after(std::chrono::seconds(60));
  while (must(device.get(fmt::format("/v1/proof/capture/{}", size - 1))).status != 200) {
    if (patience.passed())
      give_up(fail(ErrorCode::unavailable, "the witness has not seen the ledger").error());
    std::this_thread::yield();
  }
  server_->stop();
  witness_->stop();
}

}  // namespace strongroom::bench
