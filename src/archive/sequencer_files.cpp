#include "archive/sequencer_files.h"

#include "codec/cbor.h"

namespace strongroom::archive {
namespace {

Result<void> begin(cbor::Reader& r, std::size_t items, std::string_view label) {
  TRY(r.array(2 + items));
  TRY(r.label(label));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "a version that this program does not know");
  return {};
}

Result<ledger::TreeSize> tree_size(cbor::Reader& r) {
  return ledger::TreeSize{TRY(r.uint_max(ledger::kTreeSizeMax.value))};
}

}  // namespace

Bytes encode(const Cell& cell) { return cbor::labelled("cell", cell.size.value, BytesView(cell.root)); }

Result<Cell> decode_cell(BytesView frame) {
  cbor::Reader r(frame);
  TRY(begin(r, 2, "cell"));
  Cell out;
  out.size = TRY(tree_size(r));
  out.root = TRY(r.array_bytes<32>());
  TRY(r.end());
  return out;
}

Bytes encode(const JournalStart& start) {
  cbor::Writer w;
  w.array(6).text("journal").uint(1).uint(start.frontier.size.value);
  w.array(start.frontier.edge.size());
  for (const auto& level : start.frontier.edge) w.bytes(ledger::encode_tile(level));
  w.bytes(start.frontier.bundle).bytes(start.tree.encode());
  return w.take();
}

Result<JournalStart> decode_journal_start(BytesView frame) {
  cbor::Reader r(frame);
  TRY(begin(r, 4, "journal"));
  JournalStart out;
  out.frontier.size = TRY(tree_size(r));
  const std::size_t levels = TRY(r.array());
  if (levels > ledger::kTileLevelMax + 1) return r.error(ErrorCode::malformed, "too many levels");
  for (std::size_t i = 0; i < levels; ++i) {
    const BytesView tile = TRY(r.bytes());
    if (tile.size() % 32 != 0 || tile.size() > ledger::kTileBytes) {
      return r.error(ErrorCode::malformed, "an edge tile has the wrong length");
    }
    std::vector<Hash256> hashes;
    for (std::size_t at = 0; at < tile.size(); at += 32) hashes.push_back(array_of<32>(tile.subspan(at)));
    out.frontier.edge.push_back(std::move(hashes));
  }
  out.frontier.bundle = copy_of(TRY(r.bytes()));
  out.tree = TRY(ledger::CompactTree::decode(TRY(r.bytes())));
  TRY(r.end());
  if (out.tree.size() != out.frontier.size || out.tree.root() != out.frontier.root()) {
    return fail(ErrorCode::corrupt, "the two halves of a journal's beginning differ");
  }
  return out;
}

Bytes encode(const StagedBatch& batch) {
  cbor::Writer w;
  w.array(5)
      .text("batch")
      .uint(1)
      .uint(batch.old_size.value)
      .bytes(batch.new_root)
      .array(batch.leaves.size());
  for (const Bytes& leaf : batch.leaves) w.bytes(leaf);
  return w.take();
}

Result<StagedBatch> decode_staged_batch(BytesView frame) {
  cbor::Reader r(frame);
  TRY(begin(r, 3, "batch"));
  StagedBatch out;
  out.old_size = TRY(tree_size(r));
  out.new_root = TRY(r.array_bytes<32>());
  const std::size_t leaves = TRY(r.array());
  for (std::size_t i = 0; i < leaves; ++i) out.leaves.push_back(copy_of(TRY(r.bytes())));
  TRY(r.end());
  return out;
}

}  // namespace strongroom::archive
