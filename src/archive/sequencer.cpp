#include "archive/sequencer.h"

#include <fmt/format.h>

#include "archive/sequencer_files.h"
#include "base/check.h"

namespace strongroom::archive {
namespace {

constexpr std::uint64_t kCellBytesMax = 64 * 1024;

std::string journal_name(ledger::TreeSize size) { return fmt::format("journal-{:020}", size.value); }

std::vector<Hash256> hashes_of(const std::vector<Bytes>& leaves) {
  std::vector<Hash256> hashes;
  hashes.reserve(leaves.size());
  for (const Bytes& leaf : leaves) hashes.push_back(ledger::leaf_hash(leaf));
  return hashes;
}

/// Names of the journals in a directory, oldest first.
Result<std::vector<std::string>> journals_in(platform::FileSystem& files, const std::string& directory) {
  std::vector<std::string> out;
  for (std::string& name : TRY(files.list(directory))) {
    if (name.size() == 28 && name.starts_with("journal-")) out.push_back(std::move(name));
  }
  return out;
}

}  // namespace

Result<void> Sequencer::create(const SequencerConfig& config) {
  platform::FileSystem& files = *config.files;
  TRY(files.make_directories(config.directory));
  if (TRY(files.exists(config.directory + "/cell"))) {
    return fail(ErrorCode::conflict, "there is a ledger here already", config.directory);
  }
  const ledger::TileFrontier empty;
  const JournalStart start{empty, ledger::CompactTree()};
  TRY(FramedLog::begin(files, config.directory + "/" + journal_name(empty.size), encode(start)));
  // The cell comes last: without it there is no ledger.
  TRY(FramedLog::begin(files, config.directory + "/cell", encode(Cell{empty.size, ledger::empty_root()})));
  return {};
}

Result<std::unique_ptr<Sequencer>> Sequencer::open(const SequencerConfig& config) {
  std::unique_ptr<Sequencer> sequencer(new Sequencer(config));
  TRY_IN(config.directory, sequencer->recover());
  return sequencer;
}

Result<void> Sequencer::recover() {
  platform::FileSystem& files = *config_.files;
  if (!TRY(files.exists(path_of("cell")))) {
    return fail(ErrorCode::not_found, "there is no ledger here", config_.directory,
                "an archive that lost its ledger must be restored from a copy, not begun anew");
  }
  const FramesRead cell = TRY(read_frames(files, path_of("cell")));
  const std::vector<std::string> journals = TRY(journals_in(files, config_.directory));
  if (cell.frames.empty() || journals.empty()) {
    return fail(ErrorCode::corrupt, "the ledger's cell or journal is gone", {},
                "restore the directory from a copy");
  }
  const Cell last = TRY(decode_cell(cell.frames.back()));
  cell_size_ = last.size;
  cell_root_ = last.root;
  journal_path_ = path_of(journals.back());
  const FramesRead journal = TRY(read_frames(files, journal_path_));
  TRY(replay(journal.frames, last.root, last.size));
  // Both agree. What was read may never have reached the disk (the last process was killed before its sync, or the sync
  // failed): before anything is signed on the strength of it, it is written again.
  TRY(files.write_durable(journal_path_, encode_frames(journal.frames)));
  journal_ = TRY(FramedLog::resume(files, journal_path_, journal.good_bytes));
  cell_ = TRY(FramedLog::begin(files, path_of("cell"), encode(last)));
  for (std::size_t i = 0; i + 1 < journals.size(); ++i) TRY(files.remove(path_of(journals[i])));
  const Hash256 root = frontier_->root();
  if (frontier_->size != cell_size_) TRY(swap_cell(frontier_->size, root));
  const ledger::CosignedCheckpoint note =
      TRY(ledger::sign_checkpoint(cell_size_, cell_root_, *config_.signer));
  tiles_.publish(frontier_);
  published_ = {cell_size_, cell_root_, format_cosigned_checkpoint(note)};
  return {};
}

Result<void> Sequencer::replay(const std::vector<Bytes>& frames, const Hash256& cell_root,
                               ledger::TreeSize cell_size) {
  if (frames.empty()) return fail(ErrorCode::corrupt, "the journal has no beginning", journal_path_);
  JournalStart start = TRY(decode_journal_start(frames.front()));
  ledger::TileFrontier frontier = std::move(start.frontier);
  tree_ = std::move(start.tree);
  const auto at_cell = [&] { return frontier.size == cell_size && frontier.root() == cell_root; };
  bool met = at_cell();
  std::size_t beyond = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const StagedBatch batch = TRY(decode_staged_batch(frames[i]));
    if (batch.old_size != frontier.size) return fail(ErrorCode::corrupt, "a staged batch is out of order");
    ledger::TileGrowth growth = TRY(ledger::grow(frontier, batch.leaves));
    tree_.append(hashes_of(batch.leaves));
    if (growth.next.root() != batch.new_root || tree_.root() != batch.new_root) {
      return fail(ErrorCode::corrupt, "a staged batch does not give the root it was staged with",
                  journal_path_);
    }
    TRY(tiles_.store_full_again(growth.files));
    frontier = std::move(growth.next);
    if (met) ++beyond;
    met = met || at_cell();
  }
  if (!met || beyond > 1) {
    return fail(ErrorCode::corrupt, "the ledger's journal and its cell contradict each other", journal_path_,
                "nothing was signed; restore the directory from a copy");
  }
  frontier_ = std::make_shared<ledger::TileFrontier>(std::move(frontier));
  return {};
}

Result<Published> Sequencer::append(const std::vector<Bytes>& leaves) {
  CHECK(!leaves.empty());
  if (broken_) return fail(ErrorCode::io, "the ledger stopped after an earlier failure");
  Result<Published> done = commit(leaves);
  if (!done) broken_ = true;
  return done;
}

Result<Published> Sequencer::commit(const std::vector<Bytes>& leaves) {
  ledger::TileGrowth growth = TRY(ledger::grow(*frontier_, leaves));
  const ledger::TreeSize size = growth.next.size;
  const Hash256 root = growth.next.root();
  TRY(journal_->append_durable(encode(StagedBatch{frontier_->size, root, leaves})));
  config_.hook->reached(name_of(Step::leaves_staged));
  TRY(self_check(leaves, growth.next));
  config_.hook->reached(name_of(Step::self_checked));
  TRY(swap_cell(size, root));
  config_.hook->reached(name_of(Step::cell_swapped));
  const ledger::CosignedCheckpoint note =
      TRY(ledger::sign_checkpoint(cell_size_, cell_root_, *config_.signer));
  config_.hook->reached(name_of(Step::checkpoint_signed));
  TRY(publish(std::move(growth)));
  Published now{size, root, format_cosigned_checkpoint(note)};
  {
    const std::lock_guard lock(mutex_);
    published_ = now;
  }
  config_.hook->reached(name_of(Step::checkpoint_published));
  if (journal_->bytes() > config_.journal_bytes_max) TRY(rotate_journal());
  return now;
}

Result<void> Sequencer::self_check(const std::vector<Bytes>& leaves, const ledger::TileFrontier& next) {
  tree_.append(hashes_of(leaves));
  if (tree_.size() != next.size || tree_.root() != next.root()) {
    return fail(ErrorCode::internal, "two computations of one root differ", config_.directory,
                "this machine miscalculates or the program is wrong; nothing was signed");
  }
  return {};
}

Result<void> Sequencer::swap_cell(ledger::TreeSize size, const Hash256& root) {
  CHECK(size > cell_size_);
  if (cell_->bytes() > kCellBytesMax) {
    cell_ = TRY(FramedLog::begin(*config_.files, path_of("cell"), encode(Cell{cell_size_, cell_root_})));
  }
  TRY(cell_->append_durable(encode(Cell{size, root})));
  cell_size_ = size;
  cell_root_ = root;
  return {};
}

Result<void> Sequencer::publish(ledger::TileGrowth growth) {
  TRY(tiles_.store_full(growth.files));
  frontier_ = std::make_shared<ledger::TileFrontier>(std::move(growth.next));
  tiles_.publish(frontier_);
  config_.hook->reached(name_of(Step::tiles_published));
  return {};
}

Result<void> Sequencer::rotate_journal() {
  const std::string old = journal_path_;
  const std::string next = path_of(journal_name(frontier_->size));
  journal_ = TRY(FramedLog::begin(*config_.files, next, encode(JournalStart{*frontier_, tree_})));
  journal_path_ = next;
  return config_.files->remove(old);
}

Published Sequencer::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

}  // namespace strongroom::archive
