#include "archive/cross_exchange.h"

#include <algorithm>

#include "envelope/leaf.h"
#include "ledger/checkpoint.h"

namespace strongroom::archive {
namespace {

/// Size of the register in this cross leaf of the capture ledger.
Result<std::uint64_t> register_size_at(TileStore& capture_tiles, std::uint64_t leaf) {
  const std::vector<Bytes> read = TRY(capture_tiles.leaves(leaf, 1));
  if (read.size() != 1) return fail(ErrorCode::corrupt, "the capture ledger has lost a cross leaf");
  const auto decoded = TRY(envelope::decode_capture_leaf(read.front()));
  const auto* cross = std::get_if<envelope::CrossLeaf>(&decoded);
  if (cross == nullptr) return 0;
  return TRY(ledger::parse_cosigned_checkpoint_unverified(cross->checkpoint)).checkpoint.size.value;
}

}  // namespace

Result<std::uint64_t> capture_cross_over(Catalogue& catalogue, TileStore& capture_tiles,
                                         std::uint64_t register_leaf) {
  const std::vector<std::uint64_t> leaves = TRY(catalogue.cross_leaves());
  std::size_t from = 0, to = leaves.size();
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    if (TRY(register_size_at(capture_tiles, leaves[middle])) > register_leaf) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  if (from == leaves.size()) return fail(ErrorCode::not_found, "no cross leaf covers it yet");
  return leaves[from];
}

Result<std::unique_ptr<CrossExchange>> CrossExchange::create(Catalogue& catalogue, TileStore& capture_tiles,
                                                             WitnessedSource of_register,
                                                             WitnessedSource of_capture) {
  std::unique_ptr<CrossExchange> out(
      new CrossExchange(catalogue, std::move(of_register), std::move(of_capture)));
  const std::vector<std::uint64_t> leaves = TRY(catalogue.cross_leaves());
  if (leaves.empty()) return out;
  out->register_size_taken_ = TRY(register_size_at(capture_tiles, leaves.back()));
  return out;
}

Result<std::optional<std::string>> CrossExchange::for_register(const roster::RegisterState& state) {
  const std::optional<WitnessedCheckpoint> now = of_capture_();
  const std::uint64_t taken =
      state.cross_leaves().empty() ? 0 : state.cross_leaves().back().capture_head.size;
  if (!now || now->size.value <= taken) return std::optional<std::string>{};
  const std::uint64_t crosses = TRY(catalogue_.count_cross_leaves(taken, now->size.value));
  if (now->size.value - taken <= crosses) return std::optional<std::string>{};
  return std::optional(now->checkpoint);
}

std::optional<std::string> CrossExchange::for_capture(const roster::RegisterState& state) {
  const std::lock_guard lock(mutex_);
  const std::optional<WitnessedCheckpoint> now = of_register_();
  if (!now || now->size.value <= register_size_taken_) return std::nullopt;
  const auto crosses = std::ranges::count_if(state.cross_leaves(), [&](const roster::SeenCross& cross) {
    return cross.leaf >= register_size_taken_ && cross.leaf < now->size.value;
  });
  if (now->size.value - register_size_taken_ <= static_cast<std::uint64_t>(crosses)) return std::nullopt;
  register_size_taken_ = now->size.value;
  return now->checkpoint;
}

}  // namespace strongroom::archive
