#include "genesis_draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "codec/text.h"

namespace strongroom::person {
namespace {

using roster::Role;

constexpr std::uint64_t kClockSlackS = 3600;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Result<std::pair<std::string, std::string>> assignment(const std::string& text, std::string_view form) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return fail(ErrorCode::malformed, fmt::format("this is not {}", form), text);
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<Role> role_named(std::string_view name) {
  for (const Role role : {Role::trustee, Role::officer, Role::approver, Role::reader, Role::auditor})
    if (roster::name_of(role) == name) return role;
  return fail(ErrorCode::malformed, "not a role", std::string(name),
              "roles are trustee, officer, approver, reader, auditor");
}

Result<void> add_class(roster::Roster& roster, const std::string& argument) {
  const auto [id, rest] = TRY(assignment(argument, "ID=NAME:MONTHS"));
  const auto colon = rest.rfind(':');
  if (colon == rest.npos) return fail(ErrorCode::malformed, "a class is written ID=NAME:MONTHS", argument);
  roster.classes.push_back(
      {static_cast<std::uint32_t>(TRY_IN(argument, codec::from_decimal(id, UINT32_MAX))),
       rest.substr(0, colon),
       static_cast<std::uint32_t>(TRY_IN(argument, codec::from_decimal(rest.substr(colon + 1), 1200)))});
  return {};
}

Result<std::string> witness_policy(const DraftRequest& request) {
  std::string policy, group;
  for (const std::string& argument : request.witnesses) {
    const auto [name, vkey] = TRY(assignment(argument, "NAME=VKEY"));
    policy += fmt::format("witness {} {}\n", name, vkey);
    group += " " + name;
  }
  const std::size_t wanted = request.witness_quorum == 0 ? request.witnesses.size() : request.witness_quorum;
  return policy + fmt::format("group witnesses {}{}\nquorum witnesses\n", wanted, group);
}

}  // namespace

Result<std::vector<Role>> roles_named(std::string_view text) {
  std::vector<Role> roles;
  for (const std::string_view role : split(text, ',')) roles.push_back(TRY(role_named(role)));
  std::ranges::sort(roles);
  return roles;
}

std::string roles_text(const roster::Member& member) {
  std::vector<std::string_view> roles;
  for (const Role role : member.roles) roles.push_back(roster::name_of(role));
  return fmt::format("{}", fmt::join(roles, ", "));
}

Result<NewMember> read_member(const std::string& argument, roster::MemberId id, std::uint64_t now_s,
                              std::uint64_t until_s) {
  const auto [path, roles] = TRY(assignment(argument, "FILE=role,role"));
  const auto files = platform::make_posix_file_system();
  const Bytes text = TRY_IN(path, files->read(path, 1u << 20));
  const roster::MemberCard card = TRY_IN(path, roster::parse_member_card(text_of(text)));
  NewMember out{roster::member_of(card, id), {card.salt, card.name}};
  out.member.roles = TRY(roles_named(roles));
  out.member.not_before_s = now_s - kClockSlackS;
  out.member.not_after_s = until_s;
  return out;
}

Result<Draft> make_draft(const DraftRequest& request, std::uint64_t now_s) {
  Draft draft;
  roster::Roster& roster = draft.roster;
  roster.issued_s = now_s;
  roster.expires_s = now_s + request.days * 86400;
  roster.cooling_off_s = request.cooling_off_hours * 3600;
  roster.quorums = {{0, request.k, {}}};
  for (const std::string& argument : request.members) {
    const auto id = static_cast<roster::MemberId>(roster.members.size() + 1);
    NewMember added = TRY_IN("--member", read_member(argument, id, now_s, roster.expires_s));
    if (roster::has_role(added.member, Role::trustee)) roster.quorums.front().positions.push_back(id);
    draft.names[id] = std::move(added.name);
    roster.members.push_back(std::move(added.member));
  }
  for (const std::string& of : request.classes) TRY_IN("--class", add_class(roster, of));
  std::ranges::sort(roster.classes, {}, &roster::RetentionClass::id);
  roster.exclusions = {{Role::approver, Role::reader}};
  roster.register_vkey = request.register_vkey;
  roster.capture_vkey = request.capture_vkey;
  roster.server_pins = {TRY_IN("--server-pin", codec::array_from_hex<32>(request.server_pin))};
  roster.witness_policy = TRY_IN("--witness", witness_policy(request));
  TRY(roster::check(roster));
  return draft;
}

roster::NameList names_beside(platform::FileSystem& files, const std::string& path) {
  const auto text = files.read(path + ".names", 1u << 20);
  if (!text) return {};
  return roster::parse_names(text_of(*text)).value_or(roster::NameList{});
}

Result<void> write_names_beside(platform::FileSystem& files, const std::string& path,
                                const roster::NameList& names) {
  return files.write_durable(path + ".names", bytes_of(roster::format_names(names)));
}

std::string describe(const roster::Roster& roster, const roster::NameList& names) {
  const roster::Quorum& quorum = roster.quorums.front();
  std::string out = fmt::format(
      "  archive words   {}\n  any {} of these {} trustees together can open what was granted\n\n",
      roster::words_of(roster::hash_of(roster)), quorum.k, quorum.positions.size());
  for (const roster::Member& member : roster.members) {
    out += fmt::format("  {:<30} {}\n{:>34}{}\n", roster::shown_name(names, member), roles_text(member),
                       "key words ", roster::words_of(member));
  }
  out += roster.cooling_off_s == 0 ? std::string("\n  a request may be granted as soon as it is approved\n")
                                   : fmt::format("\n  a request waits {} hours before it may be granted\n",
                                                 roster.cooling_off_s / 3600);
  for (const roster::RetentionClass& of : roster.classes)
    out += fmt::format("  class {}  {}, kept {} months\n", of.id, of.name, of.months);
  out +=
      fmt::format("  register key    {}\n  capture key     {}\n", roster.register_vkey, roster.capture_vkey);
  for (const std::string_view line : split(roster.witness_policy, '\n'))
    if (!line.empty()) out += fmt::format("  {}\n", line);
  return out;
}

}  // namespace strongroom::person
