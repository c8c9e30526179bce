#include "doctor/timekeeping.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/note.h"

namespace strongroom::doctor {

Findings judge_clock(std::optional<platform::ClockKeeping> keeping) {
  if (!keeping)
    return {{Severity::advice, "clock-not-seen", "clock", "the kernel does not say whether the clock is kept",
             "timedatectl"}};
  if (*keeping == platform::ClockKeeping::not_kept)
    return {{Severity::warning, "clock-not-kept", "clock",
             "nothing keeps this clock right, as far as the kernel knows",
             "install chrony or systemd-timesyncd on this machine, or on the one that carries it"}};
  return {{Severity::ok, "clock", "clock", "the clock is kept", {}}};
}

std::optional<std::int64_t> latest_cosignature_s(std::string_view checkpoint) {
  const auto note = ledger::parse_note_unverified(checkpoint);
  if (!note) return std::nullopt;
  std::optional<std::int64_t> latest;
  for (const ledger::NoteSignature& line : note->signatures) {
    // A time, then Ed25519 or ML-DSA-44; the ledger's own signature has no time.
    if (line.signature.size() != 8 + 64 && line.signature.size() != 8 + 2420) continue;
    const auto time = read_be<std::uint64_t>(line.signature);
    if (time == 0 || time > 253402300799) continue;
    latest = std::max(latest.value_or(0), static_cast<std::int64_t>(time));
  }
  return latest;
}

Findings judge_cosignature_time(const std::string& where, std::optional<std::int64_t> signed_s,
                                std::int64_t now_s, std::int64_t age_max_s) {
  if (!signed_s)
    return {{Severity::warning, "not-witnessed", where, "no witness has signed this ledger",
             "start the witnesses, and name each with --witness when the server starts"}};
  const std::int64_t age = now_s - *signed_s;
  if (age < -60)
    return {{Severity::critical, "clock-wrong", where,
             fmt::format("witnesses signed {} seconds after this machine's now: a clock is wrong", -age),
             "compare the clocks of this machine and of the witnesses with a third"}};
  if (age > age_max_s)
    return {{Severity::warning, "witnesses-late", where,
             fmt::format("witnesses last signed {} minutes ago", age / 60),
             "look at the server's messages: it names the witness that does not answer"}};
  return {
      {Severity::ok, "witnessed", where, fmt::format("witnesses last signed {} minutes ago", age / 60), {}}};
}

}  // namespace strongroom::doctor
