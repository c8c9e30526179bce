/// What the sequencer writes to its two logs, and back (docs/formats/vault.md, "Ledger directory").
#pragma once

#include <vector>

#include "ledger/tile.h"
#include "ledger/tree.h"

namespace strongroom::archive {

/// A frame of `cell`: [ "cell", 1, size, root ].
struct Cell {
  ledger::TreeSize size;
  Hash256 root{};
  bool operator==(const Cell&) const = default;
};
Bytes encode(const Cell& cell);
Result<Cell> decode_cell(BytesView frame);

/// The first frame of a journal: [ "journal", 1, size, [[hash, ...] per level], partial bundle, compact tree ].
struct JournalStart {
  ledger::TileFrontier frontier;
  ledger::CompactTree tree;
};
Bytes encode(const JournalStart& start);
/// `corrupt` unless both halves have the same size and root.
Result<JournalStart> decode_journal_start(BytesView frame);

/// Every further frame: [ "batch", 1, old size, new root, [leaf, ...] ].
struct StagedBatch {
  ledger::TreeSize old_size;
  Hash256 new_root{};
  std::vector<Bytes> leaves;
  bool operator==(const StagedBatch&) const = default;
};
Bytes encode(const StagedBatch& batch);
Result<StagedBatch> decode_staged_batch(BytesView frame);

}  // namespace strongroom::archive
