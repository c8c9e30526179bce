#include "backup/live_ledger.h"

#include <fmt/format.h>

#include "archive/framed_log.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

namespace strongroom::backup {
namespace {

/// A register that changes more often than this between two readings of a small file is no register.
constexpr int kAttemptsMax = 100;

std::vector<Hash256> hashes_of(const std::vector<Bytes>& leaves) {
  std::vector<Hash256> out;
  for (const Bytes& leaf : leaves) out.push_back(ledger::leaf_hash(leaf));
  return out;
}

/// The roots of the complete subtrees that a tree of this size consists of, largest first.
Result<std::vector<Hash256>> peaks_of(ledger::TreeSize size, ledger::HashReader& nodes) {
  std::vector<Hash256> out;
  std::uint64_t before = 0;
  for (unsigned level = 63; level-- > 0;) {
    if (((size.value >> level) & 1) == 0) continue;
    out.push_back(TRY(nodes.node({level, before >> level})));
    before += std::uint64_t{1} << level;
  }
  return out;
}

}  // namespace

Result<LedgerPart> read_witnessed(platform::FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/witnessed";
  if (!TRY(files.exists(path))) {
    return fail(ErrorCode::unavailable, "no witness has signed this ledger yet", directory,
                "start strongroomd with its witnesses first; until then nothing can be checked, so nothing "
                "is copied");
  }
  LedgerPart out;
  out.checkpoint = std::string(text_of(TRY(files.read(path, ledger::kNoteBytesMax))));
  const auto note = TRY_IN(path, ledger::parse_cosigned_checkpoint_unverified(out.checkpoint));
  out.size = note.checkpoint.size;
  out.root = note.checkpoint.root;
  return out;
}

Result<WitnessedPair> read_witnessed_pair(platform::FileSystem& files, const std::string& data) {
  WitnessedPair out;
  out.registers = TRY(read_witnessed(files, data + "/register"));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    out.capture = TRY(read_witnessed(files, data + "/capture"));
    LedgerPart again = TRY(read_witnessed(files, data + "/register"));
    if (again.size == out.registers.size) return out;
    out.registers = std::move(again);
  }
  return fail(ErrorCode::unavailable, "the register never stood still", data, "try again in a minute");
}

Result<std::unique_ptr<archive::TileStore>> read_tiles(platform::FileSystem& files,
                                                       const std::string& directory) {
  std::string newest;
  for (const std::string& name : TRY(files.list(directory)))
    if (name.starts_with("journal-")) newest = std::max(newest, name);
  if (newest.empty()) return fail(ErrorCode::not_found, "there is no ledger here", directory);
  const std::string path = fmt::format("{}/{}", directory, newest);
  const archive::FramesRead journal = TRY(archive::read_frames(files, path));
  if (journal.frames.empty()) return fail(ErrorCode::corrupt, "the journal has no beginning", directory);
  archive::JournalStart at = TRY_IN(newest, archive::decode_journal_start(journal.frames.front()));
  for (std::size_t i = 1; i < journal.frames.size(); ++i) {
    const auto batch = TRY_IN(newest, archive::decode_staged_batch(journal.frames[i]));
    if (batch.old_size != at.frontier.size)
      return fail(ErrorCode::corrupt, "a staged batch is out of order", path);
    at.frontier = TRY(ledger::grow(at.frontier, batch.leaves)).next;
    at.tree.append(hashes_of(batch.leaves));
    if (at.frontier.root() != batch.new_root || at.tree.root() != batch.new_root)
      return fail(ErrorCode::corrupt, "a staged batch does not give its root", path);
  }
  auto out = std::make_unique<archive::TileStore>(files, directory);
  out->publish(std::make_shared<const ledger::TileFrontier>(std::move(at.frontier)));
  return out;
}

Result<archive::JournalStart> start_at(const LedgerPart& part, ledger::TileReader& tiles) {
  archive::JournalStart out;
  out.frontier = TRY(ledger::load_frontier(part.size, part.root, tiles));
  if (part.size.value == 0) return out;
  auto nodes = TRY(ledger::AuthenticatedTiles::open(part.size, part.root, tiles));
  out.tree = TRY(ledger::CompactTree::from_peaks(part.size, TRY(peaks_of(part.size, nodes))));
  return out;
}

Result<LiveLedger> read_live_ledger(platform::FileSystem& files, const std::string& directory,
                                    const LedgerPart& part) {
  const auto once = [&]() -> Result<LiveLedger> {
    LiveLedger out;
    out.tiles = TRY(read_tiles(files, directory));
    out.start = TRY_IN(directory, start_at(part, *out.tiles));
    return out;
  };
  Result<LiveLedger> out = once();
  for (int attempt = 1; !out && attempt < kAttemptsMax; ++attempt) out = once();
  return out;
}

}  // namespace strongroom::backup
