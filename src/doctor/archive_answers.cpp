#include "doctor/archive_answers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/counted.h"
#include "roster/drill_schedule.h"
#include "roster/expiry.h"
#include "roster/sealing_keys.h"

namespace strongroom::doctor {
namespace {

constexpr std::uint64_t kDayS = 86400;

std::string day_of(std::uint64_t s) { return envelope::day_name(static_cast<std::uint32_t>(s / kDayS)); }

/// Lots that live folders of this month need are needed now; the rest in time.
Findings judge_lots(const roster::RegisterState& state, const roster::Roster& roster, std::uint32_t today,
                    const Names& names) {
  std::map<roster::MemberId, std::size_t> late;
  std::set<roster::MemberId> late_now;
  const auto needed = roster::lots_needed(roster, today);
  for (const envelope::Lot& lot : needed) {
    const bool now =
        std::ranges::any_of(roster.classes, [&](const auto& of) { return roster::lot_of(of, today) == lot; });
    for (const roster::MemberId trustee : roster::missing_from(state, lot, roster)) {
      ++late[trustee];
      if (now) late_now.insert(trustee);
    }
  }
  Findings out;
  for (const auto& [trustee, count] : late) {
    const bool now = late_now.contains(trustee);
    out.push_back({Severity::warning, now ? "lots-missing-now" : "lots-missing", names.member(trustee),
                   counted(count, "lot") + " without this trustee's key" +
                       (now ? ", one of which devices need now: they fall back to older ones, or stop" : ""),
                   "ask them to run: strongroom lots publish"});
  }
  if (late.empty())
    out.push_back({Severity::ok,
                   "lots",
                   "register",
                   fmt::format("every key of {} is there", counted(needed.size(), "lot")),
                   {}});
  return out;
}

Findings judge_roster(const roster::Roster& roster, std::uint64_t now_s) {
  const std::string what = fmt::format("roster {} ends on {}", roster.number, day_of(roster.expires_s));
  if (roster.expires_s <= now_s)
    return {{Severity::critical, "roster-ended", "register", what,
             "an officer drafts the next one: strongroom roster draft"}};
  if (roster.expires_s - now_s < 60 * kDayS)
    return {{Severity::warning, "roster-ends", "register", what,
             "an officer drafts the next one: strongroom roster draft"}};
  return {{Severity::ok, "roster", "register", what, {}}};
}

void judge_standing(Findings& out, const std::string& where, const roster::DrillStanding& standing,
                    std::uint64_t now_s) {
  constexpr std::string_view kTodo = "a reader runs: strongroom drill ask (docs/operating/drills.md)";
  if (standing.failed_since)
    out.push_back({Severity::critical, "drill-failed", where,
                   "its last drill failed: what was sealed like it may not open",
                   "docs/operating/drills.md, 'When one fails'"});
  else if (standing.overdue(now_s))
    out.push_back({Severity::warning, "drill-overdue", where,
                   "its drill was due by " + day_of(standing.due_s), std::string(kTodo)});
}

}  // namespace

Findings judge_register(const roster::RegisterState& state, std::uint64_t now_s, const Names& names) {
  if (state.current_roster() == nullptr) return {};
  const roster::Roster& roster = state.current_roster()->roster;
  Findings out = judge_lots(state, roster, static_cast<std::uint32_t>(now_s / kDayS), names);
  std::ranges::move(judge_roster(roster, now_s), std::back_inserter(out));
  for (const roster::Finding& finding : state.findings())
    out.push_back({Severity::critical, "register-rule-broken", fmt::format("register leaf {}", finding.leaf),
                   finding.error.what, "ask who entered it; run strongroom-verify ledger"});
  return out;
}

Findings judge_drills(const roster::RegisterState& state, std::uint64_t now_s,
                      const std::set<envelope::DeviceId>& retired, const Names& names) {
  Findings out;
  for (const auto& [lot, standing] : roster::lots_in_drills(state, now_s))
    judge_standing(out, "lot " + envelope::to_string(lot), standing, now_s);
  for (const auto& [device, standing] : roster::devices_in_drills(state))
    if (!retired.contains(device)) judge_standing(out, names.device(device), standing, now_s);
  if (out.empty()) out.push_back({Severity::ok, "drills", "register", "no drill is overdue", {}});
  return out;
}

Findings judge_devices(const std::vector<Heard>& devices, std::uint64_t now_s, const Names& names) {
  Findings out;
  for (const Heard& device : devices) {
    if (device.as != Heard::As::silent) continue;
    const std::uint64_t hours = (now_s - std::min(device.heard_s, now_s)) / 3600;
    out.push_back({Severity::warning, "device-silent", names.device(device.device),
                   fmt::format("nothing was heard of it for {}", counted(hours, "hour")),
                   "ask its custodian; is it switched on, and does strongroom-agent heartbeat run?"});
  }
  if (out.empty())
    out.push_back({Severity::ok,
                   "devices",
                   "server",
                   fmt::format("of {}, none is silent", counted(devices.size(), "device")),
                   {}});
  return out;
}

std::optional<ledger::AcceptedCheckpoint> signed_by(const ledger::Policy& policy, const std::string& witness,
                                                    std::string_view checkpoint) {
  ledger::Policy alone = policy;
  alone.quorum = witness;
  auto accepted = ledger::accept(alone, checkpoint);
  if (!accepted) return std::nullopt;
  return std::move(*accepted);
}

Findings judge_witnesses(const ledger::Policy& policy, const std::vector<WitnessShown>& witnesses,
                         std::uint64_t size, std::uint64_t now_s, std::uint64_t age_max_s) {
  Findings out;
  std::vector<std::string> in_time;
  for (const WitnessShown& witness : witnesses) {
    const std::string where = "witness " + shown(witness.name, 100);
    const auto say = [&](Severity severity, std::string code, std::string what, std::string todo) {
      out.push_back({severity, std::move(code), where, std::move(what), std::move(todo)});
    };
    const std::size_t before = out.size();
    if (witness.asked == WitnessShown::Asked::unreachable)
      say(Severity::warning, "witness-unreachable", "it does not answer: " + witness.why, "tell who runs it");
    if (witness.asked == WitnessShown::Asked::answered && !witness.size)
      say(Severity::warning, "witness-strange",
          "what answers there shows no checkpoint of this archive that it signed",
          "is this its address? Has it lost its state (docs/formats/witness-state.md)?");
    if (witness.size && *witness.size < size)
      say(Severity::advice, "witness-behind", fmt::format("it shows {} entries of {}", *witness.size, size),
          "look again in a minute");
    if (!witness.cosigned_s) {
      say(Severity::warning, "witness-missing", "it has not signed the newest checkpoint",
          "does the server know its address (--witness), and does it run?");
    } else if (*witness.cosigned_s > now_s + 60) {
      say(Severity::critical, "clock-wrong",
          fmt::format("it signed {} seconds after this machine's now", *witness.cosigned_s - now_s),
          "compare the clocks of this machine and of the witness with a third");
    } else if (now_s - std::min(*witness.cosigned_s, now_s) > age_max_s) {
      say(Severity::warning, "witness-late",
          fmt::format("it last signed {} minutes ago", (now_s - *witness.cosigned_s) / 60),
          "does the server run, and reach it? Its messages name the witness that does not answer");
    } else {
      in_time.push_back(witness.name);
      if (out.size() == before)
        say(Severity::ok, "witness",
            fmt::format("it signed {} seconds ago", now_s - std::min(*witness.cosigned_s, now_s)), {});
    }
  }
  if (!ledger::quorum_holds(policy, in_time))
    out.push_back({Severity::critical, "witness-quorum-lost", "witnesses",
                   "too few witnesses sign: no device gets receipts, and members are told nothing new",
                   "bring back those named here; devices keep what they have until then"});
  return out;
}

}  // namespace strongroom::doctor
