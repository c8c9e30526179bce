/// `strongroomd catch-up`: a server's directory that is behind its witnesses takes what it lacks from another copy of
/// the archive: a newer backup, a copy of the lost directory, an auditor's mirror (protocol §4.7).
///
/// Nothing of the source is trusted. Only what its witnessed checkpoint covers is taken, every leaf and object compared
/// with it, and only if the directory's own ledgers are a beginning of the source's. Leaves go in at the places that
/// they had, so every size that is signed again has the root it had.
#pragma once

#include <string>
#include <vector>

#include "backup/backup_check.h"
#include "platform/step_hook.h"

namespace strongroom::backup {

enum class MissingBodies {
  refuse,  ///< nothing is written while the source lacks a body
  leave,  ///< the entries are taken without them: their loss is for good
};
struct CatchUpOrder {
  std::string data, from;
  MissingBodies missing_bodies = MissingBodies::refuse;
};
struct CaughtUp {
  std::uint64_t before = 0, now = 0;  ///< sizes of one ledger
};
struct CatchUpReport {
  CaughtUp registers, capture;
  std::uint64_t blobs = 0, blobs_damaged = 0;  ///< taken; left, because they are not what their names say
  std::uint64_t bodies_missing = 0;
  std::vector<std::uint64_t> without_body;  ///< capture leaves; at most 1000
};

/// The server must be stopped. Interrupted, it can be repeated. `conflict` if the source is another history,
/// `not_found` if it lacks what it should have.
Result<CatchUpReport> catch_up(platform::FileSystem& files, platform::StepHook& hook,
                               const CatchUpOrder& order, const Progress& progress);

}  // namespace strongroom::backup
