/// A device's whole chain as the capture ledger holds it: fetched, each entry's inclusion checked, read in order
/// (protocol §3.9, §5.3, §5.5). Trustees and readers find folders by this and by nothing the server says.
#pragma once

#include <vector>

#include "chain/device_chain.h"
#include "grant/session.h"
#include "roster/replay.h"

namespace strongroom::grant {

struct DeviceLedger {
  roster::EnrolledDevice enrolled;
  std::vector<chain::LoggedEntry> entries;  ///< in leaf order, all under the accepted head
  chain::ChainView chain;
  std::uint64_t newer = 0;  ///< entries the server has that no accepted checkpoint covers yet
};

/// Every entry of one device. `unauthenticated` if the server shows one that is not in the ledger.
Result<DeviceLedger> read_device(Session session, ledger::AuthenticatedTiles& tiles,
                                 const roster::EnrolledDevice& device);

/// The bytes of an entry are those of this leaf.
Result<void> check_inclusion(ledger::AuthenticatedTiles& tiles, std::uint64_t leaf, BytesView signed_header);

/// Protocol §5.1: device, class, and at least one day of the folder are in the scope's predicate.
bool in_predicate(const roster::Scope& scope, const envelope::Core0& core0);

/// Why two folders cannot be what they say: the opening names another device or archive, or another key.
Result<void> check_opening(const chain::FolderView& folder, const roster::EnrolledDevice& device,
                           const Hash256& archive);

}  // namespace strongroom::grant
