// The rules a roster must satisfy by itself (protocol §1.4, §2.2).
#include <fmt/format.h>

#include <set>

#include "ledger/policy.h"
#include "roster/encoding.h"
#include "roster/roster.h"

namespace strongroom::roster {
namespace {

using encoding::ascending;

constexpr std::uint32_t kMonthsMax = 1200;

std::unexpected<Error> wrong(std::string what, std::string where = "roster") {
  return fail(ErrorCode::malformed, std::move(what), std::move(where));
}

Result<void> check_frame(const Roster& r) {
  const bool genesis = r.number == 0;
  if (genesis != (r.archive == Hash256{}) || genesis != (r.previous == Hash256{}))
    return wrong("only the genesis, number 0, names no archive and no roster before it");
  if (r.issued_s >= r.expires_s || r.expires_s - r.issued_s > kRosterLifetimeS)
    return wrong("it must expire after it is issued, within 400 days");
  if (r.cooling_off_s > kCoolingOffMaxS) return wrong("a request waits at most 90 days");
  if (r.server_pins.empty() || r.server_pins.size() > 2 ||
      (r.server_pins.size() == 2 && r.server_pins[0] == r.server_pins[1]))
    return wrong("one server key, or two different ones for rotation, must be pinned");
  if (!ascending(r.canaries)) return wrong("canary devices repeat or are out of order");
  return {};
}

Result<void> check_member(const Member& m, const std::string& where) {
  if (m.roles.empty() || !ascending(m.roles))
    return wrong("a member needs a role; roles are ascending", where);
  if (m.signing.ml_dsa_65.size() != crypto::kMlDsa65PublicBytes)
    return wrong("a member signs with Ed25519 and ML-DSA-65", where);
  if (m.not_before_s >= m.not_after_s) return wrong("a member's time on the roster is empty", where);
  return {};
}

Result<void> check_members(const Roster& r) {
  if (!ascending(r.members, &Member::id)) return wrong("members repeat or are out of order");
  std::set<ByteArray<32>> signing_keys;
  std::set<ByteArray<1216>> mail_keys;
  std::set<Hash256> pins(r.server_pins.begin(), r.server_pins.end());
  std::size_t trustees = 0, officers = 0;
  for (const Member& m : r.members) {
    const std::string where = fmt::format("roster, member {}", m.id);
    TRY(check_member(m, where));
    if (!signing_keys.insert(m.signing.ed25519).second || !mail_keys.insert(m.mail).second ||
        !pins.insert(m.tls_pin).second)
      return wrong("a key or TLS pin is somebody else's already", where);
    for (const auto& [a, b] : r.exclusions) {
      if (has_role(m, a) && has_role(m, b))
        return wrong(fmt::format("{} and {} exclude each other", name_of(a), name_of(b)), where);
    }
    if (has_role(m, Role::trustee)) ++trustees;
    if (has_role(m, Role::officer)) ++officers;
  }
  if (trustees > kTrusteesMax) return fail(ErrorCode::limit_exceeded, "more than 64 trustees", "roster");
  if (officers == 0) return wrong("there is no officer");
  return {};
}

Result<void> check_quorum(const Roster& r, const Quorum& q) {
  const std::string where = fmt::format("roster, quorum {}", q.id);
  const std::size_t n = q.positions.size();
  if (q.k < 1 || q.k >= n || n + 1 < 2 * std::size_t{q.k})
    return wrong("k must be below n, and n at least 2k-1: else k-1 liars could destroy alone", where);
  if (q.id == 0 && q.k < 2) return wrong("the governing quorum needs k of at least 2", where);
  std::set<MemberId> seen;
  for (const MemberId id : q.positions) {
    const Member* member = find_member(r, id);
    if (member == nullptr || !has_role(*member, Role::trustee))
      return wrong(fmt::format("member {} holds a position and is no trustee", id), where);
    if (!seen.insert(id).second) return wrong(fmt::format("member {} holds two positions", id), where);
  }
  return {};
}

Result<void> check_quorums(const Roster& r) {
  if (r.quorums.empty() || r.quorums.front().id != 0) return wrong("there is no governing quorum (id 0)");
  if (!ascending(r.quorums, &Quorum::id)) return wrong("quorums repeat or are out of order");
  for (const Quorum& q : r.quorums) TRY(check_quorum(r, q));
  return {};
}

Result<void> check_classes(const Roster& r) {
  if (r.classes.empty() || !ascending(r.classes, &RetentionClass::id))
    return wrong("retention classes are missing, repeat, or are out of order");
  for (const RetentionClass& c : r.classes) {
    if (c.name.empty() || c.months < 1 || c.months > kMonthsMax)
      return wrong("a class needs a name and 1 to 1200 months", fmt::format("roster, class {}", c.id));
  }
  return {};
}

Result<void> check_exclusions(const Roster& r) {
  if (!ascending(r.exclusions)) return wrong("role exclusions repeat or are out of order");
  for (const auto& [a, b] : r.exclusions) {
    if (!(a < b)) return wrong("a role exclusion names two roles, the lower first");
  }
  return {};
}

Result<void> check_ledgers(const Roster& r) {
  const ledger::VerifierKey of_register = TRY_IN("roster, register key", ledger::parse_vkey(r.register_vkey));
  const ledger::VerifierKey of_capture = TRY_IN("roster, capture key", ledger::parse_vkey(r.capture_vkey));
  if (of_register.type != ledger::KeyType::ed25519 || of_capture.type != ledger::KeyType::ed25519)
    return fail(ErrorCode::unsupported, "ledger keys are Ed25519", "roster");
  if (of_register.name == of_capture.name || of_register.public_key == of_capture.public_key)
    return wrong("the two ledgers need different origins and keys");
  const ledger::Policy policy = TRY_IN("roster, witness policy", ledger::parse_policy(r.witness_policy));
  if (!policy.logs.empty()) return wrong("the witness policy has no log lines; the ledgers' keys are fields");
  if (policy.witnesses.empty() || ledger::quorum_holds(policy, {}))
    return wrong("the witness policy demands no witness", "roster, witness policy");
  return {};
}

}  // namespace

Result<void> check(const Roster& roster) {
  TRY(check_frame(roster));
  TRY(check_exclusions(roster));
  TRY(check_members(roster));
  TRY(check_quorums(roster));
  TRY(check_classes(roster));
  TRY(check_ledgers(roster));
  return {};
}

}  // namespace strongroom::roster
