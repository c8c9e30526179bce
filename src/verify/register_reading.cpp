#include "verify/register_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"

namespace strongroom::verify {

std::string_view name_of(LedgerName which) {
  return which == LedgerName::register_ ? "register" : "capture ledger";
}

Result<ledger::Policy> policy_of(const roster::Roster& roster, LedgerName which) {
  ledger::Policy policy = TRY_IN("witness policy", ledger::parse_policy(roster.witness_policy));
  const std::string& vkey = which == LedgerName::capture ? roster.capture_vkey : roster.register_vkey;
  policy.logs = {ledger::PolicyLog{TRY(ledger::parse_vkey(vkey)), {}}};
  return policy;
}

Result<void> RegisterReading::take(BytesView leaf, BytesView object) {
  TRY(state_.apply(leaf, object));
  const roster::SignedRoster* now = state_.current_roster();
  if (now != nullptr && (rosters_.empty() || rosters_.back().hash != now->hash)) {
    rosters_.push_back(*now);
    leaves_.push_back(state_.applied() - 1);
  }
  return {};
}

Result<ledger::AcceptedCheckpoint> RegisterReading::accept(LedgerName which, std::string_view checkpoint,
                                                           std::uint64_t register_size) const {
  std::size_t in_force = 0;
  while (in_force < leaves_.size() && leaves_[in_force] < register_size) ++in_force;
  if (in_force == 0)
    return fail(ErrorCode::not_found, "no roster was in force: the genesis is not in the register");
  Result<ledger::AcceptedCheckpoint> accepted =
      ledger::accept(TRY(policy_of(rosters_[in_force - 1].roster, which)), checkpoint);
  if (accepted || in_force == 1) return accepted;
  if (auto before = ledger::accept(TRY(policy_of(rosters_[in_force - 2].roster, which)), checkpoint))
    return before;
  return accepted;
}

Result<ledger::AcceptedCheckpoint> RegisterReading::accept(LedgerName which,
                                                           std::string_view checkpoint) const {
  return accept(which, checkpoint, state_.applied());
}

void RegisterReading::judge(Report& report) const {
  for (const roster::Finding& f : state_.findings()) report.serious("register-rule", "the register", f.error);
  for (const auto& [commitment, request] : state_.requests()) {
    const std::string name = codec::hex(commitment).substr(0, 16);
    if (!request.receipts.empty() && request.approvals.empty())
      report.serious(
          "unapproved-reading",
          fmt::format("request {} (register leaf {}) was granted without an approval", name, request.leaf));
    if (state_.stop_of(commitment, state_.witness_time_s()) != nullptr)
      report.note("stopped", fmt::format("request {} is stopped by a member's order", name));
    report.note("reading",
                fmt::format("request {} at register leaf {}: {} approvals, {} receipts of trustees", name,
                            request.leaf, request.approvals.size(), request.receipts.size()));
  }
  for (const auto& [leaf, check] : state_.share_checks()) {
    const auto bad = std::ranges::count(check.shares, false, &roster::CheckedShare::good);
    report.note("share-check", fmt::format("member {} opened {} of its shares at register leaf {}",
                                           check.trustee, check.shares.size(), leaf));
    if (bad > 0)
      report.warning("bad-dealing",
                     fmt::format("member {} says at register leaf {} that {} of its shares do not hold",
                                 check.trustee, leaf, bad));
  }
}

}  // namespace strongroom::verify
