/// One whole intake without threads or listeners: the archive's own parts around one injected file system, a witness
/// that remembers, and a record of everything that was ever answered or signed. Test code only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/capture_writer.h"
#include "archive/register_writer.h"
#include "archive/witnessing.h"
#include "platform/faulty_file_system.h"
#include "platform/memory_file_system.h"
#include "test_ground.h"
#include "witness/witness.h"

namespace strongroom::archive::testing {

/// The files of a memory file system, to begin from again and again.
using Image = std::map<std::string, Bytes>;
Image image_of(platform::FileSystem& files, const std::string& directory);
void lay_out(const Image& image, platform::FileSystem& files);

/// Everything goes to `beneath`, but SQLite's own files, which SQLite puts on a real disk by itself.
class AllButTheCatalogue final : public platform::FileSystem {
 public:
  explicit AllButTheCatalogue(platform::FileSystem& beneath) : beneath_(beneath) {}
  Result<std::unique_ptr<platform::File>> open_append(const std::string& path) override {
    return beneath_.open_append(path);
  }
  Result<std::unique_ptr<platform::File>> open_read(const std::string& path) override {
    return beneath_.open_read(path);
  }
  Result<Bytes> read(const std::string& path, std::uint64_t max) override { return beneath_.read(path, max); }
  Result<void> write_durable(const std::string& path, BytesView content) override {
    return beneath_.write_durable(path, content);
  }
  Result<void> write_loose(const std::string& path, BytesView content) override {
    return beneath_.write_loose(path, content);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return beneath_.rename(from, to);
  }
  Result<void> remove(const std::string& path) override { return of(path).remove(path); }
  Result<void> sync_directory(const std::string& path) override { return beneath_.sync_directory(path); }
  Result<void> make_directories(const std::string& path) override { return beneath_.make_directories(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return beneath_.list(path); }
  Result<bool> exists(const std::string& path) override { return of(path).exists(path); }

 private:
  platform::FileSystem& of(const std::string& path) {
    return path.find("/catalogue.sqlite") == std::string::npos ? beneath_ : *disk_;
  }
  platform::FileSystem& beneath_;
  std::unique_ptr<platform::FileSystem> disk_ = platform::make_posix_file_system();
};

/// What every run begins with: an organisation, a server with 250 entries already, and what the device will send.
struct Beginning {
  explicit Beginning(std::string directory);  ///< of the catalogue, on a real disk
  ~Beginning();

  std::string data, catalogue_copy;
  Image server, witness;
  platform::SystemClock clock;
  platform::NoStepHook hook;
  std::optional<Ground> ground;
  std::vector<std::vector<seal::SealedEntry>>
      requests;  ///< in chain order: folders, and a heartbeat after each
  Bytes invitation;  ///< a register object to be posted on the way
};

/// A world in which one intake runs, fails, and runs again.
class Intake {
 public:
  explicit Intake(Beginning& beginning);
  ~Intake();

  /// From starting the server to the last receipt, a restart in the middle; or the first error. Entries that were
  /// there before must be answered as known, where they were. May be called again after anything.
  Result<void> run();
  /// The process ends, however far it is.
  void kill();
  /// Kills, and the power fails: `disk` does what it does, and the catalogue stays or goes.
  void power_cut(platform::PowerCut how, std::uint64_t seed);
  /// After an error in a writer: does it still answer anybody?
  bool still_answers();
  /// All there is, read from the files: tiles, leaves, objects; with `whole` as strongroom-verify does it.
  enum class Depth { quick, whole };
  void check(Depth depth);

  /// What must never be so: each a sentence.
  std::vector<std::string> broken;
  /// What the archive or its verification noticed by itself: each a sentence.
  std::vector<std::string> noticed;
  /// Ends run() with an error once this many syncs have been; for a power cut soon after.
  std::uint64_t stop_after_syncs = UINT64_MAX;

  platform::MemoryFileSystem disk;
  AllButTheCatalogue all_but_catalogue{disk};
  platform::FaultyFileSystem files{all_but_catalogue};

 private:
  friend struct Beginning;
  struct Process;
  Result<void> start();
  Result<void> submit(std::size_t request);
  Result<void> post_invitation();
  Result<void> cross();
  Result<void> ask_witness();
  Result<void> ask_witness(const std::string& ledger, Witnessing& witnessing);
  void saw(const std::string& ledger, const Published& now);
  static bool holds(Process& process, BytesView object);
  void check_answers(std::size_t request, const std::vector<EntryAnswer>& answers);
  void check_entries(Process& process);
  void check_as_an_auditor();

  Beginning& beginning_;
  platform::MemoryFileSystem witness_disk_;
  std::unique_ptr<witness::Witness> witness_;
  std::unique_ptr<WitnessTransport> transport_;
  std::unique_ptr<Process> process_;
  bool in_a_writer_ = false;  ///< while one of them works; stays so when it failed
  std::map<Hash256, std::uint64_t> received_;  ///< SHA-256 of the header → leaf
  std::optional<std::uint64_t> posted_;
  std::map<std::string, std::map<std::uint64_t, Hash256>> roots_;  ///< ledger → size → root
  std::vector<std::string> seen_;  ///< witnessed checkpoints
};

}  // namespace strongroom::archive::testing
