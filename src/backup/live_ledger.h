/// A ledger's directory, read while its server may be writing in it, as it was at the newest checkpoint that the
/// witnesses have signed. Nothing is locked and nothing is written.
#pragma once

#include <memory>
#include <string>

#include "archive/sequencer_files.h"
#include "archive/tile_store.h"
#include "backup/manifest.h"

namespace strongroom::backup {

/// `checkpoint` as text, size and root; nothing has been verified. `unavailable` while no witness has signed one.
Result<LedgerPart> read_witnessed(platform::FileSystem& files, const std::string& directory);

/// The two of one moment: no cross leaf of either names more of the other than its part covers (protocol §2.1).
struct WitnessedPair {
  LedgerPart registers, capture;
};
Result<WitnessedPair> read_witnessed_pair(platform::FileSystem& files, const std::string& data);

/// The tiles of a ledger's directory as far as its newest journal goes. `not_found` or `corrupt` also if the server
/// replaced the journal meanwhile: try again.
Result<std::unique_ptr<archive::TileStore>> read_tiles(platform::FileSystem& files,
                                                       const std::string& directory);

/// What a sequencer needs to go on from this size. `unauthenticated` if the tiles do not give the root.
Result<archive::JournalStart> start_at(const LedgerPart& part, ledger::TileReader& tiles);

/// Both, tried again while the server is replacing a journal.
struct LiveLedger {
  std::unique_ptr<archive::TileStore> tiles;
  archive::JournalStart start;
};
Result<LiveLedger> read_live_ledger(platform::FileSystem& files, const std::string& directory,
                                    const LedgerPart& part);

}  // namespace strongroom::backup
