/// Steps shared by the writer and the authenticating reader of tiles. Not part of the room's public face.
#pragma once

#include <optional>
#include <span>

#include "ledger/tile.h"

namespace strongroom::ledger {

/// Folds one partial tile of the right edge into what has been folded of the levels below it: peaks are the set
/// bits of the width, taken from the right.
std::optional<Hash256> fold_edge_tile(std::optional<Hash256> right, std::span<const Hash256> hashes);

/// The first `width` entries; whatever follows them is left alone.
Result<std::vector<BytesView>> parse_bundle_prefix(BytesView bundle, unsigned width);

}  // namespace strongroom::ledger
