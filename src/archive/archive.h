/// The archive without its listeners: both ledgers, the vault, the catalogue, the writers and the witnesses.
/// Everything here works on what is sealed; nothing here could open it (protocol §4).
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

#include "archive/blob_store.h"
#include "archive/body_check.h"
#include "archive/capture_writer.h"
#include "archive/data_directory.h"
#include "archive/register_writer.h"
#include "archive/silence_watch.h"
#include "archive/witnessing.h"
#include "ledger/authenticated_tiles.h"

namespace strongroom::archive {

enum class LedgerName { registers, capture };

/// A server that its thief has changed heeds nobody. Ours does; only tests of what the other meets leave it out.
enum class Heeding { witnesses, nobody };

struct ArchiveConfig {
  std::string data;
  std::map<std::string, std::string> witness_urls;  ///< by name in the witness policy
  std::vector<std::string> lost_witnesses;  ///< by name: a directory that was put back does not wait for them
  Heeding heeding = Heeding::witnesses;  ///< before it takes anything (protocol §4.7)
  std::uint64_t cross_every_ms = 3'600'000;
  Quotas quotas;
};
/// The world outside, handed in; all outlive the archive.
struct Surroundings {
  platform::FileSystem* files = nullptr;
  platform::StepHook* hook = nullptr;
  platform::Clock* clock = nullptr;
  WitnessTransport* transport = nullptr;
  std::function<void(const Error&)> warn;
  std::function<void(const Error&)> stop;  ///< called from any thread, at most a few times: end the process
};

/// Makes tlog-proofs for one ledger from the newest witnessed checkpoint. Threads may share it.
class ProofMaker {
 public:
  ProofMaker(TileStore& tiles, const Witnessing& witnessing) : tiles_(tiles), witnessing_(witnessing) {}
  /// `not_found` if there is no such entry, or if the witnesses have not seen it yet.
  Result<std::string> prove(std::uint64_t index);

 private:
  TileStore& tiles_;
  const Witnessing& witnessing_;
  std::mutex mutex_;
  WitnessedCheckpoint at_;
  std::optional<ledger::AuthenticatedTiles> nodes_;
};

class Archive {
 public:
  /// Opens everything as the last process left it and finishes what it began. Threads start with `start`.
  static Result<std::unique_ptr<Archive>> open(const ArchiveConfig& config, const Surroundings& surroundings);
  ~Archive();
  void start();
  /// Waits until both ledgers' witnesses have been asked once.
  void wait_for_witnesses(std::chrono::milliseconds at_most);
  /// Protocol §4.7: whether anything new is taken in. `unavailable` says why not: the witnesses have not been heard
  /// yet, or know more than is here. What was put in meanwhile waits.
  Result<void> may_take() const;
  WitnessStanding standing(LedgerName ledger) const;
  /// Finishes what was accepted, then ends all threads.
  void stop();

  /// Checks the entries of one request and hands them to the writer. Takes time: signatures are verified.
  void submit(Bytes request, const roster::EnrolledDevice& device, RegisterSnapshot state,
              std::function<void(Result<std::vector<EntryAnswer>>)> done);
  RegisterWriter& register_writer() { return *register_writer_; }
  RegisterSnapshot state() const { return book_->state(); }
  const RegisterBook& book() const { return *book_; }
  Catalogue& catalogue() { return *catalogue_; }
  BlobStore& blobs() { return *blobs_; }
  /// Deletes the grants of closed cases (protocol §5.5).
  void forget_closed_grants();
  /// Protocol §2.1: where the capture ledger first covers an entry of the register.
  Result<std::uint64_t> capture_cross_over(std::uint64_t register_leaf);
  Refusals& refusals() { return refusals_; }
  /// Protocol §3.9, to be called once a minute: the devices that have become silent, or are silent no longer.
  Result<std::vector<DeviceStanding>> look_for_silence();
  /// Every enrolled device, as the last look found it.
  std::vector<DeviceStanding> devices() const { return silence_->devices(); }

  /// A header, body, register object or blob by its SHA-256.
  Result<Bytes> object(const Hash256& name);
  TileStore& tiles(LedgerName ledger);
  Result<std::string> proof(LedgerName ledger, std::uint64_t index);
  /// The newest checkpoint with the witness quorum; `not_found` while there is none.
  Result<std::string> checkpoint(LedgerName ledger) const;
  std::uint64_t size(LedgerName ledger) const;

 private:
  Archive(const ArchiveConfig& config, const Surroundings& surroundings, ServerKeys keys)
      : config_(config), surroundings_(surroundings), keys_(std::move(keys)) {}
  Result<void> open_ledgers(const DataDirectory& directory, const Hash256& archive);
  Result<void> open_witnessing(const DataDirectory& directory);
  Result<void> open_writers();
  void standing_changed();
  void start_writers();
  WitnessingParts witnessing_parts(LedgerName ledger, const std::string& path);

  ArchiveConfig config_;
  Surroundings surroundings_;
  ServerKeys keys_;
  Refusals refusals_;
  std::unique_ptr<Vault> register_vault_, capture_vault_;
  std::optional<BlobStore> blobs_;
  std::unique_ptr<Sequencer> register_sequencer_, capture_sequencer_;
  std::unique_ptr<RegisterBook> book_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<SilenceWatch> silence_;
  std::unique_ptr<Witnessing> register_witnessing_, capture_witnessing_;
  std::unique_ptr<ProofMaker> register_proofs_, capture_proofs_;
  std::unique_ptr<CrossExchange> cross_;
  std::unique_ptr<BodyCheck> body_check_;
  std::unique_ptr<CaptureWriter> capture_writer_;
  std::unique_ptr<RegisterWriter> register_writer_;
  mutable std::mutex start_mutex_;
  std::condition_variable asked_;
  bool restored_ = false;  ///< the directory was put back from a backup
  bool writing_ = false;  ///< the writers have been started
  bool stopping_ = false;
};

}  // namespace strongroom::archive
