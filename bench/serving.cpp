// The real server over TLS on loopback, clients in this process: single-record batches received a second against the
// machine's Ed25519 verification rate, whole batches against the disk, and the server's memory under both.
#include "comparison.h"
#include "disk_limit.h"
#include "figures.h"
#include "openssl_limits.h"
#include "served_archive.h"

namespace strongroom::bench {
namespace {

constexpr std::size_t kHeaderBytes = 1700;  // what one verification hashes, about
constexpr std::size_t kMiB = 1 << 20;

std::vector<SealedChain> seal_chains(ServedArchive& archive, std::size_t connections, std::size_t batches,
                                     std::size_t records, std::size_t record_bytes) {
  std::vector<SealedChain> out;
  for (std::size_t i = 0; i < connections; ++i)
    out.push_back(archive.seal_chain(batches, records, record_bytes));
  return out;
}

/// Verifications a second of one core, now.
double ed25519_rate() {
  constexpr std::size_t kTimes = 5000;
  Ed25519Limit limit(kHeaderBytes);
  const double begin = now_s(Clock::thread_cpu);
  for (std::size_t i = 0; i < kTimes; ++i) limit.verify();
  return kTimes / (now_s(Clock::thread_cpu) - begin);
}

/// Bytes a second that append and fdatasync of 1 MiB reach, now.
double disk_rate() {
  constexpr std::size_t kTimes = 128;
  const ScratchDirectory scratch("disk");
  const auto files = platform::make_posix_file_system();
  PlainLog plain(*files, scratch.path());
  const Bytes bytes(kMiB, std::byte{0x5a});
  const double begin = now_s(Clock::wall);
  for (std::size_t i = 0; i < kTimes; ++i) plain.write(bytes, 1);
  return static_cast<double>(kTimes * kMiB) / (now_s(Clock::wall) - begin);
}

void single_records(benchmark::State& state) {
  constexpr std::size_t kConnections = 64, kBatches = 250;
  ServedArchive archive("single");
  const auto chains = seal_chains(archive, kConnections, kBatches, 1, 200);
  Sent sent;
  for (auto _ : state) {
    sent = archive.send(chains);
    state.SetIterationTime(sent.wall_s);
  }
  constexpr double kSent = kConnections * kBatches;
  const double server_us = sent.server_cpu_s / kSent * 1e6, clients_us = sent.clients_cpu_s / kSent * 1e6;
  state.counters["server_cpu_us"] = server_us;
  state.counters["clients_cpu_us"] = clients_us;
  report(
      state, kSent / sent.wall_s, ed25519_rate(), {.ours_least = 3000},
      fmt::format(
          "batches received/s, wall, 64 connections; CPU a batch: server {:.0f} us, its clients {:.0f} us; "
          "limit: Ed25519 verify, 1 core",
          server_us, clients_us));
}

/// One load, two figures: what comes through, and what the server held meanwhile.
struct LargeBatches {
  double bytes_a_second = 0, memory_most = 0;
};

LargeBatches send_large_batches() {
  constexpr std::size_t kConnections = 32, kBatches = 8, kRecords = 235, kRecordBytes = 4096;
  ServedArchive archive("large");
  const auto chains = seal_chains(archive, kConnections, kBatches, kRecords, kRecordBytes);
  const double seconds = archive.send(chains).wall_s;
  const double bytes = static_cast<double>(kConnections * kBatches * chains.front().batches.front().size());
  return {bytes / seconds, static_cast<double>(archive.memory_bytes_most())};
}

}  // namespace

void register_serving() {
  benchmark::RegisterBenchmark("serve/single_record", single_records)->UseManualTime()->Iterations(1);
  const auto load = std::make_shared<std::optional<LargeBatches>>();
  const auto loaded = [load]() -> const LargeBatches& {
    if (!*load) *load = send_large_batches();
    return **load;
  };
  benchmark::RegisterBenchmark(
      "serve/1MiB",
      [loaded](benchmark::State& state) {
        for (auto _ : state) state.SetIterationTime(1 / loaded().bytes_a_second);
        report(state, loaded().bytes_a_second, disk_rate(), {.ratio_least = 0.4},
               "bytes/s, wall, 32 connections over TLS; limit: append + fdatasync of 1 MiB");
      })
      ->UseManualTime()
      ->Iterations(1);
  benchmark::RegisterBenchmark(
      "serve/memory",
      [loaded](benchmark::State& state) {
        for (auto _ : state) state.SetIterationTime(1 / loaded().bytes_a_second);
        report(state, loaded().memory_most, 256.0 * kMiB, {.ours_most = 256.0 * kMiB},
               "bytes (VmHWM of strongroomd) under serve/1MiB; limit: the bound itself");
      })
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace strongroom::bench
