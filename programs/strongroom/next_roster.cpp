#include "next_roster.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"

namespace strongroom::person {
namespace {

using roster::Role;

/// One more than any id the register ever named.
roster::MemberId next_id(const roster::RegisterState& state) {
  roster::MemberId highest = 0;
  for (const roster::SignedRoster* at = state.current_roster(); at != nullptr;
       at = state.roster_by_hash(at->roster.previous))
    for (const roster::Member& member : at->roster.members) highest = std::max(highest, member.id);
  return highest + 1;
}

Result<void> change_roles(roster::Roster& roster, const std::string& argument) {
  const auto equals = argument.find('=');
  if (equals == std::string::npos) return fail(ErrorCode::malformed, "this is not ID=role,role", argument);
  const auto id = TRY_IN(argument, codec::from_decimal(argument.substr(0, equals), UINT32_MAX));
  const auto member = std::ranges::find(roster.members, id, &roster::Member::id);
  if (member == roster.members.end())
    return fail(ErrorCode::not_found, "there is no such member", argument,
                "'strongroom roster show' lists members and their numbers");
  member->roles = TRY_IN(argument, roles_named(argument.substr(equals + 1)));
  return {};
}

/// Quorum 0: trustees who stay, in their order, then new ones.
void renew_positions(roster::Roster& roster) {
  std::vector<roster::MemberId>& positions = roster.quorums.front().positions;
  std::erase_if(positions, [&](roster::MemberId id) {
    const roster::Member* member = roster::find_member(roster, id);
    return member == nullptr || !roster::has_role(*member, Role::trustee);
  });
  for (const roster::Member& member : roster.members)
    if (roster::has_role(member, Role::trustee) && std::ranges::find(positions, member.id) == positions.end())
      positions.push_back(member.id);
}

}  // namespace

Result<Draft> make_next(const roster::RegisterState& state, const roster::NameList& names,
                        const ChangeRequest& request, std::uint64_t now_s) {
  const roster::SignedRoster* before = state.current_roster();
  if (before == nullptr) return fail(ErrorCode::not_found, "there is no roster in force");
  Draft draft{before->roster, names};
  roster::Roster& next = draft.roster;
  next.archive = roster::archive_of(*before);
  next.number += 1;
  next.previous = before->hash;
  next.issued_s = now_s;
  next.expires_s = now_s + request.days * 86400;
  for (roster::Member& member : next.members)
    if (member.not_after_s == before->roster.expires_s) member.not_after_s = next.expires_s;
  for (const roster::MemberId id : request.remove)
    if (std::erase_if(next.members, [&](const roster::Member& m) { return m.id == id; }) == 0)
      return fail(ErrorCode::not_found, "there is no such member", fmt::format("--remove {}", id));
  for (const std::string& argument : request.roles) TRY_IN("--roles", change_roles(next, argument));
  roster::MemberId id = next_id(state);
  for (const std::string& argument : request.add) {
    NewMember added = TRY_IN("--add", read_member(argument, id, now_s, next.expires_s));
    draft.names[id++] = std::move(added.name);
    next.members.push_back(std::move(added.member));
  }
  renew_positions(next);
  if (request.k) next.quorums.front().k = *request.k;
  if (request.cooling_off_hours) next.cooling_off_s = *request.cooling_off_hours * 3600;
  TRY(roster::check(next));
  return draft;
}

std::string changes_text(const roster::Roster& before, const roster::Roster& after,
                         const roster::NameList& names) {
  std::string out;
  for (const roster::Member& member : after.members) {
    const roster::Member* earlier = roster::find_member(before, member.id);
    const std::string name = roster::shown_name(names, member);
    if (earlier == nullptr) {
      out += fmt::format("  joins    {}, {}\n           key words {}\n", name, roles_text(member),
                         roster::words_of(member));
    } else if (earlier->roles != member.roles) {
      out +=
          fmt::format("  changes  {}: was {}, will be {}\n", name, roles_text(*earlier), roles_text(member));
    } else if (earlier->signing != member.signing || earlier->mail != member.mail ||
               earlier->tls_pin != member.tls_pin) {
      out +=
          fmt::format("  changes  the keys of {}\n           key words {}\n", name, roster::words_of(member));
    }
  }
  for (const roster::Member& member : before.members)
    if (roster::find_member(after, member.id) == nullptr)
      out += fmt::format("  leaves   {}, {}\n", roster::shown_name(names, member), roles_text(member));
  const roster::Quorum &was = before.quorums.front(), &is = after.quorums.front();
  if (was.k != is.k || was.positions.size() != is.positions.size())
    out += fmt::format("  quorum   was {} of {}, will be {} of {}\n", was.k, was.positions.size(), is.k,
                       is.positions.size());
  if (before.cooling_off_s != after.cooling_off_s)
    out += fmt::format("  waiting  a request waits {} hours, was {}\n", after.cooling_off_s / 3600,
                       before.cooling_off_s / 3600);
  if (before.classes != after.classes) out += "  changes  the retention classes\n";
  if (before.register_vkey != after.register_vkey || before.capture_vkey != after.capture_vkey ||
      before.server_pins != after.server_pins)
    out += "  changes  keys of the server or of its ledgers\n";
  if (before.witness_policy != after.witness_policy) out += "  changes  the witnesses\n";
  if (before.quorums.size() != after.quorums.size() || before.exclusions != after.exclusions ||
      before.canaries != after.canaries || before.extensions != after.extensions)
    out += "  changes  something that this program does not show: ask who drafted it\n";
  return out + fmt::format("  valid    until {}\n",
                           envelope::day_name(static_cast<std::uint32_t>(after.expires_s / 86400)));
}

}  // namespace strongroom::person
