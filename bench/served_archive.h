/// A real strongroomd and a real witness on loopback, with the test organisation, and devices' entries sealed ahead.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "machine.h"
#include "must.h"
#include "roster/replay.h"
#include "test_ground.h"
#include "wire/client.h"

namespace strongroom::bench {

/// A child process and the line it says when it is ready; ended with its owner.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments);
  ~Program() { stop(); }
  Program(const Program&) = delete;
  std::uint16_t port(std::string_view field) const;
  /// SIGTERM, and its end.
  void stop();
  /// The most memory it has held (VmHWM).
  std::uint64_t memory_bytes_most() const;
  /// Processor time it has used so far, in seconds.
  double cpu_s() const;

 private:
  pid_t process_ = -1;
  std::string ready_;
};

/// The requests of one connection, in order: a chain of its own (an incarnation), one folder.
struct SealedChain {
  Bytes opening;  ///< the folder's open entry, sent before the clock runs
  std::vector<Bytes> batches;  ///< one request each
  Bytes closing;
};

/// What a load took, from the first batch to the last answer.
struct Sent {
  double wall_s = 0, server_cpu_s = 0, clients_cpu_s = 0;
};

class ServedArchive {
 public:
  explicit ServedArchive(const std::string& name);

  /// A chain of `batches` batches, each of `records` records of random bytes.
  SealedChain seal_chain(std::size_t batches, std::size_t records, std::size_t record_bytes);
  /// Sends every chain on a connection of its own, all at once, one request after another. Ends the
  /// program if an entry was not received.
  Sent send(const std::vector<SealedChain>& chains);
  /// Waits until the witness has seen `size` entries, then ends both programs.
  void finish(std::uint64_t size);

  std::uint64_t memory_bytes_most() const { return server_->memory_bytes_most(); }
  std::string data() const { return scratch_.path() + "/data"; }
  const Hash256& archive() const { return ground_->archive(); }
  std::uint64_t entries_sent() const { return entries_sent_; }

 private:
  archive::ServerNames init();
  void post_opening();
  Result<wire::Client> connect(const wire::Identity& identity) const;
  static void post(wire::Client& client, const Bytes& request);

  ScratchDirectory scratch_;
  std::unique_ptr<platform::FileSystem> files_ = platform::make_posix_file_system();
  platform::SystemEntropy entropy_;
  std::string witness_vkey_;
  std::optional<archive::testing::Ground> ground_;
  std::optional<roster::RegisterState> state_;
  std::optional<Program> witness_, server_;
  std::uint64_t entries_sent_ = 0;
};

}  // namespace strongroom::bench
