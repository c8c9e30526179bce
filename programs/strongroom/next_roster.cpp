#include "next_roster.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

Result<envelope::DeviceId> device_named(const roster::RegisterState& state, const std::string& beginning) {
  std::vector<envelope::DeviceId> found;
  for (const auto& [id, device] : state.devices())
    if (!beginning.empty() && codec::hex(id).starts_with(beginning)) found.push_back(id);
  if (found.size() == 1) return found.front();
  return fail(ErrorCode::not_found,
              found.empty() ? "no such device is enrolled" : "several devices begin like that", beginning,
              "'strongroom status' lists them");
}

/// Protocol §5.6: a canary device is an enrolled one; what was revoked seals nothing.
Result<void> change_canaries(roster::Roster& next, const roster::RegisterState& state,
                             const ChangeRequest& request) {
  for (const std::string& argument : request.remove_canaries) {
    const auto id = TRY_IN("--no-canary", device_named(state, argument));
    if (std::erase(next.canaries, id) == 0)
      return fail(ErrorCode::not_found, "the device is no canary device", "--no-canary " + argument);
  }
  for (const std::string& argument : request.add_canaries) {
    const auto id = TRY_IN("--canary", device_named(state, argument));
    if (state.devices().at(id).revoked)
      return fail(ErrorCode::refused, "the device was revoked", "--canary " + argument);
    if (std::ranges::find(next.canaries, id) == next.canaries.end()) next.canaries.push_back(id);
  }
  std::ranges::sort(next.canaries);
  return {};
}

/// Quorum 0: trustees who stay keep their positions, so that their lot keys go on counting; new ones take the places of
/// those who left, and further ones come after.
void renew_positions(roster::Roster& roster) {
  std::vector<roster::MemberId>& positions = roster.quorums.front().positions;
  const auto serves = [&](roster::MemberId id) {
    const roster::Member* member = roster::find_member(roster, id);
    return member != nullptr && roster::has_role(*member, Role::trustee);
  };
  std::vector<roster::MemberId> newcomers;
  for (const roster::Member& member : roster.members)
    if (serves(member.id) && std::ranges::find(positions, member.id) == positions.end())
      newcomers.push_back(member.id);
  auto next = newcomers.begin();
  for (roster::MemberId& id : positions)
    if (!serves(id) && next != newcomers.end()) id = *next++;
  positions.insert(positions.end(), next, newcomers.end());
  std::erase_if(positions, [&](roster::MemberId id) { return !serves(id); });
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
  TRY(change_canaries(next, state, request));
  if (request.k) next.quorums.front().k = *request.k;
  if (request.cooling_off_hours) next.cooling_off_s = *request.cooling_off_hours * 3600;
  TRY(roster::check(next));
  return draft;
}

namespace {

std::string lines_of_member(const roster::Member* was, const roster::Member& is, std::uint64_t roster_end_s,
                            const std::string& name) {
  if (was == nullptr)
    return fmt::format("  joins    {}, {}\n           key words {}\n", name, roles_text(is),
                       roster::words_of(is));
  std::string out;
  if (was->roles != is.roles)
    out += fmt::format("  changes  {}: was {}, will be {}\n", name, roles_text(*was), roles_text(is));
  if (was->signing != is.signing || was->mail != is.mail || was->tls_pin != is.tls_pin)
    out += fmt::format("  changes  THE KEYS of {}\n           key words {}\n", name, roster::words_of(is));
  if (is.not_after_s < roster_end_s)
    out += fmt::format("  ends     {} may act until {}\n", name,
                       envelope::day_name(static_cast<std::uint32_t>(is.not_after_s / 86400)));
  return out;
}

std::string lines_of_canaries(const std::vector<envelope::DeviceId>& before,
                              const std::vector<envelope::DeviceId>& after) {
  std::string out;
  for (const envelope::DeviceId& id : after)
    if (!std::ranges::binary_search(before, id))
      out += fmt::format("  canary   device {} seals a canary folder in every lot\n", codec::hex(id));
  for (const envelope::DeviceId& id : before)
    if (!std::ranges::binary_search(after, id))
      out += fmt::format("  canary   device {} is a canary device no more\n", codec::hex(id));
  return out;
}

std::string line_of_quorum(const roster::Quorum* was, const roster::Quorum& is) {
  if (was != nullptr && *was == is) return {};
  return fmt::format("  quorum   {}{}: {} of the members {}{}\n", is.id, is.id == 0 ? ", which governs" : "",
                     is.k, fmt::join(is.positions, ", "), is.k == 1 ? "; ONE PARTY CAN READ ALONE" : "");
}

}  // namespace

std::string changes_text(const roster::Roster& before, const roster::Roster& after,
                         const roster::NameList& names) {
  std::string out;
  for (const roster::Member& member : after.members)
    out += lines_of_member(roster::find_member(before, member.id), member, after.expires_s,
                           roster::shown_name(names, member));
  for (const roster::Member& member : before.members)
    if (roster::find_member(after, member.id) == nullptr)
      out += fmt::format("  leaves   {}, {}\n", roster::shown_name(names, member), roles_text(member));
  for (const roster::Quorum& quorum : after.quorums)
    out += line_of_quorum(roster::find_quorum(before, quorum.id), quorum);
  for (const roster::Quorum& quorum : before.quorums)
    if (roster::find_quorum(after, quorum.id) == nullptr)
      out += fmt::format("  quorum   {} is dissolved\n", quorum.id);
  if (before.cooling_off_s != after.cooling_off_s)
    out += fmt::format("  waiting  a request waits {} hours, was {}\n", after.cooling_off_s / 3600,
                       before.cooling_off_s / 3600);
  for (const roster::RetentionClass& of : after.classes)
    if (const auto* was = roster::find_class(before, of.id); was == nullptr || !(*was == of))
      out += fmt::format("  class    {}  {}, kept {} months\n", of.id, of.name, of.months);
  for (const roster::RetentionClass& of : before.classes)
    if (roster::find_class(after, of.id) == nullptr) out += fmt::format("  class    {} ends\n", of.id);
  if (before.register_vkey != after.register_vkey || before.capture_vkey != after.capture_vkey ||
      before.server_pins != after.server_pins)
    out += "  changes  KEYS of the server or of its ledgers: compare them with what the operator printed\n";
  if (before.witness_policy != after.witness_policy)
    out += fmt::format("  witness  {}\n", after.witness_policy);
  out += lines_of_canaries(before.canaries, after.canaries);
  if (before.exclusions != after.exclusions || before.extensions != after.extensions)
    out += "  changes  something that this program does not show: ask who drafted it\n";
  return out + fmt::format("  valid    until {}\n",
                           envelope::day_name(static_cast<std::uint32_t>(after.expires_s / 86400)));
}

std::vector<roster::MemberId> who_must_publish(const roster::Roster& before, const roster::Roster& after) {
  std::vector<roster::MemberId> out;
  for (const roster::Quorum& quorum : after.quorums) {
    const roster::Quorum* was = roster::find_quorum(before, quorum.id);
    for (std::size_t p = 0; p < quorum.positions.size(); ++p) {
      const bool kept =
          was != nullptr && p < was->positions.size() && was->positions[p] == quorum.positions[p];
      if (!kept && std::ranges::find(out, quorum.positions[p]) == out.end())
        out.push_back(quorum.positions[p]);
    }
  }
  return out;
}

}  // namespace strongroom::person
