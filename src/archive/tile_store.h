/// A ledger's tiles as its server has them: full ones are files, the right edge is the frontier in memory. Every
/// partial tile that any published size needs is a prefix of one of the two, so none is stored.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "ledger/tile.h"
#include "platform/file_system.h"

namespace strongroom::archive {

/// Threads may share it.
class TileStore final : public ledger::TileReader {
 public:
  TileStore(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  /// Makes the full tiles and bundles among `files` durable. Files that are there already are left alone: a tile is
  /// never rewritten.
  Result<void> store_full(const std::vector<ledger::TileFile>& files);
  /// The same after a restart: a file that is there already may owe its name to a directory that was never synced.
  Result<void> store_full_again(const std::vector<ledger::TileFile>& files);
  /// From now on the right edge is that of `frontier`.
  void publish(std::shared_ptr<const ledger::TileFrontier> frontier);
  std::shared_ptr<const ledger::TileFrontier> frontier() const;

  Result<Bytes> read_tile(const ledger::TileId& tile) override;
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override;
  /// The leaves [from, from + count) of the published tree, as far as it goes.
  Result<std::vector<Bytes>> leaves(std::uint64_t from, std::uint64_t count);

 private:
  platform::FileSystem& files_;
  std::string directory_;
  mutable std::mutex mutex_;
  std::shared_ptr<const ledger::TileFrontier> frontier_ = std::make_shared<ledger::TileFrontier>();
};

}  // namespace strongroom::archive
