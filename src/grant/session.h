/// A member's conversation with the archive: the connection, the verified copy of the register, and waiting for the
/// witnesses. What everybody who acts on requests has in hand.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "ledger/authenticated_tiles.h"
#include "replica/archive_client.h"
#include "replica/replica.h"

namespace strongroom::grant {

inline constexpr std::chrono::seconds kWitnessPatience{60};

/// Both are borrowed; one thread.
struct Session {
  replica::ArchiveClient& server;
  replica::Replica& replica;
};

/// Refreshes until `done` holds of the replica, at most for `patience`. `unavailable` names what was waited for; a
/// fork or rollback ends the waiting at once.
Result<void> refresh_until(Session session, const std::function<bool(const replica::Replica&)>& done,
                           std::string_view waited_for,
                           std::chrono::milliseconds patience = kWitnessPatience);

/// Posts an object and waits until a witnessed checkpoint covers it. Returns its leaf.
Result<std::uint64_t> enter(Session session, envelope::RegisterType type, BytesView object,
                            std::string_view what);

/// The capture ledger at the accepted head, every tile authenticated to its root.
Result<ledger::AuthenticatedTiles> capture_tiles(Session session);

}  // namespace strongroom::grant
