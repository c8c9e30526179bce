/// To whose keys a device deals a folder (protocol §2.5): capture never stops because a trustee is late with its keys.
/// A pure function of the register; the server and `verify` judge the outcome by other rules (STALE, MISFILED).
#pragma once

#include <functional>
#include <vector>

#include "base/error.h"
#include "roster/replay.h"

namespace strongroom::roster {

/// Every position of the roster's quorums has its key in the set, and nobody else.
bool complete(const LotKeySet& set, const Roster& roster);

/// Trustees at a position for which the lot has no key, ascending.
std::vector<MemberId> missing_from(const RegisterState& state, const envelope::Lot& lot,
                                   const Roster& roster);

/// Whether folders may still be dealt under `older` while the trustees of `newest` have not all published. Those who
/// have left must not be able to open such a folder among themselves: in every quorum fewer than k of its positions
/// are with people who are trustees no more.
bool may_go_on_under(const Roster& older, const Roster& newest);

struct SealingKeys {
  const SignedRoster* roster = nullptr;  ///< of the state
  envelope::Lot lot;
  LotKeySet keys;
  envelope::Lot wanted;  ///< the schedule's lot under the roster in force
  std::vector<MemberId> missing;  ///< who has no key for `wanted` under the roster in force
};
/// The lot of a class that the schedule names; the class is the one of the roster that is tried.
using WantedLot = std::function<envelope::Lot(const RetentionClass&)>;

/// The first of these that has every key:
/// 1. the wanted lot under the roster in force;
/// 2. the wanted lot under the newest roster before it that may go on (the folder will be STALE);
/// 3. the class's lot with the latest expiry under the roster in force (MISFILED);
/// 4. the same under the newest roster before it that may go on (both).
/// `refused` if there is none, or the class is not on the roster in force.
Result<SealingKeys> keys_to_seal(const RegisterState& state, std::uint32_t retention_class,
                                 const WantedLot& wanted);

}  // namespace strongroom::roster
