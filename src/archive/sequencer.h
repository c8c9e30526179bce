/// The sequencer of one ledger: puts leaves in order, durably, and signs one checkpoint for each size it reaches
/// (protocol §4.2). Register and capture ledger use this same code.
///
/// On disk: `cell`, a log of (size, root) whose last frame is the truth; `journal-<size>`, which begins with
/// everything that is needed to go on from that size, followed by every batch since; `tile/...`, full tiles.
///
/// A batch: journal frame durable → root computed a second way and compared → cell: was (old size, old root), is
/// durably the new one → signed → full tiles durable → published. After a crash, `open` repeats from the journal: a
/// batch staged but not in the cell is finished, so nothing is ever signed twice with different roots.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "archive/framed_log.h"
#include "archive/step.h"
#include "archive/tile_store.h"
#include "ledger/sign.h"
#include "ledger/tile.h"
#include "platform/file_system.h"
#include "platform/step_hook.h"

namespace strongroom::archive {

/// A size that readers may see.
struct Published {
  ledger::TreeSize size;
  Hash256 root{};
  std::string checkpoint;  ///< the log's signed note, without cosignatures
};

struct SequencerConfig {
  platform::FileSystem* files = nullptr;
  platform::StepHook* hook = nullptr;
  std::string directory;
  const ledger::NoteSigner* signer = nullptr;  ///< outlives the sequencer
  std::uint64_t journal_bytes_max = 4u << 20;  ///< above it a new journal is begun
};

/// `append` from one thread; the rest from any.
class Sequencer {
 public:
  /// Begins an empty ledger. A dated act (protocol §4.7): `conflict` if anything of a ledger is there.
  static Result<void> create(const SequencerConfig& config);
  /// Goes on where the last process stopped, however it stopped. `not_found` if there is no ledger, `corrupt` if
  /// cell and journal contradict each other: then a person must look, and nothing is signed.
  static Result<std::unique_ptr<Sequencer>> open(const SequencerConfig& config);

  /// Appends the leaves as one batch; when it returns they are durable, in the tree and published. Their objects
  /// must be durable before. After an error the sequencer refuses everything: the process must stop.
  Result<Published> append(const std::vector<Bytes>& leaves);

  Published published() const;
  TileStore& tiles() { return tiles_; }

 private:
  struct Recovered;
  explicit Sequencer(SequencerConfig config)
      : config_(std::move(config)), tiles_(*config_.files, config_.directory) {}
  Result<void> recover();
  Result<void> replay(const std::vector<Bytes>& frames, const Hash256& cell_root, ledger::TreeSize cell_size);
  Result<Published> commit(const std::vector<Bytes>& leaves);
  Result<void> self_check(const std::vector<Bytes>& leaves, const ledger::TileFrontier& next);
  Result<void> swap_cell(ledger::TreeSize size, const Hash256& root);
  Result<void> publish(ledger::TileGrowth growth);
  Result<void> rotate_journal();
  std::string path_of(std::string_view name) const { return config_.directory + "/" + std::string(name); }

  SequencerConfig config_;
  TileStore tiles_;
  std::shared_ptr<const ledger::TileFrontier> frontier_;
  ledger::CompactTree tree_;  ///< the same tree, kept by other code than the frontier
  std::optional<FramedLog> journal_, cell_;
  std::string journal_path_;
  ledger::TreeSize cell_size_;
  Hash256 cell_root_{};
  bool broken_ = false;
  mutable std::mutex mutex_;
  Published published_;
};

}  // namespace strongroom::archive
