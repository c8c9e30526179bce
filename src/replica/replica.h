/// A verified copy of the register, and the newest heads of both ledgers that were accepted: what a device, trustee,
/// officer or reader believes about the archive (protocol §2.1, §5.3). Kept in a directory; it only moves forward.
/// Format page: docs/formats/replica.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/policy.h"
#include "ledger/tree.h"
#include "platform/file_system.h"
#include "replica/archive_client.h"
#include "replica/card.h"
#include "roster/replay.h"

namespace strongroom::replica {

/// One thread at a time.
class Replica {
 public:
  /// Reads what is kept in `directory` (nothing the first time) and replays it. `corrupt` if it does not hold.
  static Result<Replica> open(platform::FileSystem& files, std::string directory, const Card& card);

  /// Fetches and checks everything new:
  /// 1. the register's checkpoint must be signed by its ledger key and the witness quorum of the roster in force;
  /// 2. the leaves fetched, appended to those held, must give its root, so what was seen before is a prefix;
  /// 3. the leaves are replayed; after a new roster the checkpoint must also satisfy the new policy;
  /// 4. the capture ledger's checkpoint likewise, its consistency with the last one computed from tiles.
  /// `unauthenticated` names a fork or rollback; then nothing is taken over. `unavailable` if not witnessed yet.
  Result<void> refresh(ArchiveClient& server);

  const roster::RegisterState& state() const { return state_; }
  /// The current roster; `not_found` before the genesis has been seen.
  Result<const roster::SignedRoster*> roster() const;
  /// Witness policy of the current roster with the ledger's key.
  Result<ledger::Policy> policy(Ledger ledger) const;

  const std::optional<ledger::AcceptedCheckpoint>& register_head() const { return register_head_; }
  const std::optional<ledger::AcceptedCheckpoint>& capture_head() const { return capture_head_; }
  envelope::TreeHead tree_head(Ledger ledger) const;
  /// The checkpoints as text with all signature lines; empty if none yet.
  const std::string& checkpoint_text(Ledger ledger) const;
  /// Raw register leaves, in order.
  const std::vector<Bytes>& leaves() const { return leaves_; }

 private:
  Replica(platform::FileSystem& files, std::string directory, const Card& card)
      : files_(&files), directory_(std::move(directory)), state_(card.archive) {}
  Result<void> load();
  Result<void> take(const std::vector<RegisterItem>& items);
  Result<void> refresh_register(ArchiveClient& server);
  Result<void> refresh_capture(ArchiveClient& server);
  Result<void> save_heads();

  platform::FileSystem* files_;
  std::string directory_;
  roster::RegisterState state_;
  std::vector<Bytes> leaves_;
  ledger::CompactTree tree_;
  std::optional<ledger::AcceptedCheckpoint> register_head_, capture_head_;
  std::string register_text_, capture_text_;
};

}  // namespace strongroom::replica
