#include "roster/sealing_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

namespace strongroom::roster {
namespace {

bool is_trustee(const Roster& roster, MemberId id) {
  const Member* member = find_member(roster, id);
  return member != nullptr && has_role(*member, Role::trustee);
}

/// The rosters a folder may be dealt under, the one in force first.
std::vector<const SignedRoster*> candidates(const RegisterState& state) {
  const SignedRoster& newest = *state.current_roster();
  std::vector<const SignedRoster*> out{&newest};
  for (const SignedRoster& older : std::views::reverse(state.rosters())) {
    if (&older != &newest && may_go_on_under(older.roster, newest.roster)) out.push_back(&older);
  }
  return out;
}

}  // namespace

bool complete(const LotKeySet& set, const Roster& roster) {
  auto at = set.begin();
  for (const Quorum& quorum : roster.quorums) {
    for (std::uint32_t position = 0; position < quorum.positions.size(); ++position, ++at) {
      if (at == set.end() || at->quorum != quorum.id || at->position != position) return false;
    }
  }
  return at == set.end();
}

std::vector<MemberId> missing_from(const RegisterState& state, const envelope::Lot& lot,
                                   const Roster& roster) {
  const LotKeySet keys = state.lot_keys(lot, roster);
  std::set<MemberId> missing;
  for (const Quorum& quorum : roster.quorums) {
    for (std::uint32_t position = 0; position < quorum.positions.size(); ++position) {
      const bool there = std::ranges::any_of(
          keys, [&](const LotKeyRef& key) { return key.quorum == quorum.id && key.position == position; });
      if (!there) missing.insert(quorum.positions[position]);
    }
  }
  return {missing.begin(), missing.end()};
}

bool may_go_on_under(const Roster& older, const Roster& newest) {
  return std::ranges::all_of(older.quorums, [&](const Quorum& quorum) {
    const auto left =
        std::ranges::count_if(quorum.positions, [&](MemberId id) { return !is_trustee(newest, id); });
    return static_cast<std::size_t>(left) < quorum.k;
  });
}

Result<SealingKeys> keys_to_seal(const RegisterState& state, std::uint32_t retention_class,
                                 const WantedLot& wanted) {
  const SignedRoster* newest = state.current_roster();
  if (newest == nullptr) return fail(ErrorCode::not_found, "there is no roster yet");
  const RetentionClass* of = find_class(newest->roster, retention_class);
  if (of == nullptr)
    return fail(ErrorCode::refused, fmt::format("class {} is not on the roster in force", retention_class));
  SealingKeys out;
  out.wanted = wanted(*of);
  out.missing = missing_from(state, out.wanted, newest->roster);
  const auto take = [&](const SignedRoster& under, const envelope::Lot& lot) {
    out.keys = state.lot_keys(lot, under.roster);
    if (!complete(out.keys, under.roster)) return false;
    out.roster = &under;
    out.lot = lot;
    return true;
  };
  const auto tried = candidates(state);
  for (const SignedRoster* under : tried) {
    const RetentionClass* then = find_class(under->roster, retention_class);
    if (then != nullptr && take(*under, wanted(*then))) return out;
  }
  for (const SignedRoster* under : tried) {
    const auto latest = state.latest_complete_lot(retention_class, under->roster);
    if (find_class(under->roster, retention_class) != nullptr && latest && take(*under, *latest)) return out;
  }
  return fail(ErrorCode::refused,
              fmt::format("the trustees have published no keys for class {}", retention_class), {},
              "every trustee runs 'strongroom lots publish', --from the day of the oldest message");
}

}  // namespace strongroom::roster
