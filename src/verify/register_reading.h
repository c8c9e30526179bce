/// The register as an auditor reads it: replayed from its leaves, with the witness policy that was in force at each
/// size (protocol §2.1, §2.3).
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "ledger/policy.h"
#include "roster/replay.h"
#include "verify/report.h"

namespace strongroom::verify {

enum class LedgerName { register_, capture };
std::string_view name_of(LedgerName which);

/// The witness policy of a roster with the key of one of its two ledgers.
Result<ledger::Policy> policy_of(const roster::Roster& roster, LedgerName which);

class RegisterReading {
 public:
  explicit RegisterReading(const Hash256& archive) : state_(archive) {}

  /// Applies the next leaf. Fails only if the object is not the one the leaf names; then nothing more can be read.
  Result<void> take(BytesView leaf, BytesView object);

  const roster::RegisterState& state() const { return state_; }
  /// Every roster of the chain in order, the genesis first.
  const std::vector<roster::SignedRoster>& rosters() const { return rosters_; }

  /// The register leaves of those rosters.
  const std::vector<std::uint64_t>& roster_leaves() const { return leaves_; }

  /// A checkpoint under the roster in force when the register had `register_size` leaves, or, since a checkpoint may
  /// cross a change of rosters on its way to the witnesses, the one before it.
  Result<ledger::AcceptedCheckpoint> accept(LedgerName which, std::string_view checkpoint,
                                            std::uint64_t register_size) const;
  /// Under the newest roster.
  Result<ledger::AcceptedCheckpoint> accept(LedgerName which, std::string_view checkpoint) const;

  /// Everything in the register that does not hold, and readings granted without approval.
  void judge(Report& report) const;

 private:
  roster::RegisterState state_;
  std::vector<roster::SignedRoster> rosters_;
  std::vector<std::uint64_t> leaves_;  ///< of the rosters
};

}  // namespace strongroom::verify
