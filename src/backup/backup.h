/// `strongroomd backup`: a second copy of everything that a server keeps, but its keys. It works while the server runs
/// and needs no key; what it copies is ciphertext.
///
/// 1. The newest checkpoints that the witnesses have signed, both of one moment. They are what is backed up: what came
///    after them has no receipt, and devices still hold it.
/// 2. The vaults' segments, as far as every object holds; the blobs; the tiles, each recomputed up to its root.
/// 3. `backup.json`, atomically: from now on this is the backup. Until then the one before is, and everything it lists
///    is still there, because files only grow.
/// 4. What it no longer lists is deleted: the journals before, blobs that the server has forgotten.
/// A later run copies what is new. It refuses a server that does not continue what the backup holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backup/backup_check.h"
#include "platform/clock.h"

namespace strongroom::backup {

enum class Depth {
  new_files,  ///< what is copied is checked; what is there already is compared by size
  everything,  ///< the whole backup is read again (check_backup); always done the first time
};

struct BackupOrder {
  std::string data, to;
  Depth depth = Depth::new_files;
};

/// found = copied + already there.
struct Counted {
  std::uint64_t found = 0, copied = 0, there = 0;
};
struct BackupReport {
  Manifest manifest;
  Counted segment_bytes, tiles, blobs;
  std::uint64_t forgotten_blobs = 0;
  bool unfinished_before = false;  ///< the run before this one did not come to its end
  std::vector<std::string> cut_short;  ///< segments whose end does not hold: a power failure, or a damage
  std::optional<Checked> checked;  ///< after Depth::everything
};

/// `conflict` if the server is behind the backup or is another one; `corrupt` if something does not hold, and then the
/// backup before is still the backup.
Result<BackupReport> make_backup(platform::FileSystem& files, platform::Clock& clock,
                                 const BackupOrder& order, const Progress& progress);

/// `not_found` if there is none.
Result<Manifest> read_manifest(platform::FileSystem& files, const std::string& directory);
/// A run has begun here and not come to its end; the backup is the one before.
inline constexpr std::string_view kUnfinishedName = "unfinished";

}  // namespace strongroom::backup
