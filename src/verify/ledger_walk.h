/// One ledger of an archive, walked from its first leaf to the last: every tile and entry authenticated to the root
/// that its checkpoint names (protocol §4.4).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/authenticated_tiles.h"
#include "ledger/checkpoint.h"
#include "verify/archive_files.h"
#include "verify/report.h"

namespace strongroom::verify {

/// A ledger whose right edge leads to the root of its (not yet accepted) checkpoint.
class LedgerWalk {
 public:
  /// Nothing if there is no checkpoint or its tree cannot be read; the report then says why.
  static std::optional<LedgerWalk> open(LedgerName which, ArchiveFiles& files, Report& report);

  LedgerName which() const { return which_; }
  const std::string& checkpoint_text() const { return text_; }
  const ledger::Checkpoint& checkpoint() const { return checkpoint_; }
  std::uint64_t size() const { return checkpoint_.size.value; }

  /// Calls `visit` for every leaf of every bundle that holds; a bundle that does not is reported by the numbers of its
  /// leaves and left out. `visit` says whether to go on.
  void each_leaf(Report& report, const std::function<bool(std::uint64_t index, BytesView leaf)>& visit);
  /// The root that the ledger had at `size`; an error if it never was so large or tiles are missing.
  Result<Hash256> root_at(std::uint64_t size);
  /// Reports it unless the ledger had this root at this size. `who` begins the sentence: "cross leaf 12".
  void expect_head(std::uint64_t size, const Hash256& root, std::string_view who, Report& report);

 private:
  LedgerWalk(LedgerName which, std::string text, ledger::Checkpoint checkpoint,
             ledger::AuthenticatedTiles tiles)
      : which_(which), text_(std::move(text)), checkpoint_(std::move(checkpoint)), tiles_(std::move(tiles)) {}

  LedgerName which_;
  std::string text_;
  ledger::Checkpoint checkpoint_;
  ledger::AuthenticatedTiles tiles_;
};

}  // namespace strongroom::verify
