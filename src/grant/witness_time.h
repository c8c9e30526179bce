/// When the witnesses had seen an entry of the register (protocol §2.1), which is what waiting is counted from.
#pragma once

#include <cstdint>
#include <optional>

#include "grant/session.h"

namespace strongroom::grant {

/// The lower median of the cosignature times on the register's checkpoint in a cross leaf of the capture ledger that
/// covers `register_leaf`. The server says which leaf that is; a later one than the first only makes the answer later.
/// Nothing if there is none yet; `unauthenticated` if what the server named is no such leaf.
Result<std::optional<std::uint64_t>> witness_time_of(Session session, ledger::AuthenticatedTiles& tiles,
                                                     std::uint64_t register_leaf);

}  // namespace strongroom::grant
