/// Which lot a folder goes to, and which lots must have keys ahead of need (protocol §2.5, §6.1). Pure functions.
///
/// A class keeps for so many months after the last day a folder is about. With M the month of that day, the folder
/// belongs to the lot M + months, which may be destroyed once that month is over: never early, at most a month late.
#pragma once

#include <vector>

#include "envelope/names.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// Keys are wanted for every folder opened in this month and the next so many.
inline constexpr std::uint32_t kLotMonthsAhead = 14;

/// "year * 12 + month - 1" of the lot, for a folder whose last day is `last_day` (days since 1970-01-01, UTC).
std::uint32_t expiry_month(const RetentionClass& of, std::uint32_t last_day);

/// The lot of a live folder of one day.
envelope::Lot lot_of(const RetentionClass& of, std::uint32_t last_day);
/// The lot of an imported folder about days past: like lot_of, but never a month before that of `today`, because
/// lots of past months are being destroyed.
envelope::Lot lot_of_import(const RetentionClass& of, std::uint32_t last_day, std::uint32_t today);

/// The first day on which the lot may be destroyed: the first of the month after its expiry month (from 1970 on).
std::uint32_t disposable_from_day(const envelope::Lot& lot);

/// The retention lots that live folders opened from `today` to the end of the 14th month after can need, for every
/// class of the roster: 15 a class, ascending.
std::vector<envelope::Lot> lots_needed(const Roster& roster, std::uint32_t today);
/// The lots that imports of history back to `first_event_day` need besides: the months from that of `today` (or of
/// the oldest event's expiry, if later) to the first of lots_needed, ascending.
std::vector<envelope::Lot> lots_needed_for_imports(const RetentionClass& of, std::uint32_t first_event_day,
                                                   std::uint32_t today);

}  // namespace strongroom::roster
