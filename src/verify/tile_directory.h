/// A ledger's tiles in a directory, as a log publishes them or as they were mirrored with any download program.
#pragma once

#include <string>

#include "ledger/tile.h"
#include "platform/file_system.h"

namespace strongroom::verify {

/// Reads `directory`/tile/... ; nothing it returns has been authenticated. The file system must outlive it.
class TileDirectory final : public ledger::TileReader {
 public:
  TileDirectory(std::string directory, platform::FileSystem& files)
      : directory_(std::move(directory)), files_(&files) {}

  Result<Bytes> read_tile(const ledger::TileId& tile) override {
    return files_->read(directory_ + "/" + ledger::path_of(tile), ledger::kTileBytes);
  }
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override {
    return files_->read(directory_ + "/" + ledger::path_of(bundle), ledger::kBundleBytesMax);
  }

 private:
  std::string directory_;
  platform::FileSystem* files_;
};

}  // namespace strongroom::verify
