/// Whether this machine's clock can be right, and how long ago witnesses have signed.
#pragma once

#include <optional>

#include "doctor/finding.h"
#include "platform/machine.h"

namespace strongroom::doctor {

Findings judge_clock(std::optional<platform::ClockKeeping> keeping);

/// When witnesses signed the newest checkpoint of a ledger, seconds since 1970: the latest, as its lines say. From a
/// file on this machine: believed as far as the machine is. Nothing if nobody has.
std::optional<std::int64_t> latest_cosignature_s(std::string_view checkpoint);
/// `signed_s` of `where`. Witnesses that are ahead of this clock, or far behind it, say that it is wrong; or that they
/// are not asked any more.
Findings judge_cosignature_time(const std::string& where, std::optional<std::int64_t> signed_s,
                                std::int64_t now_s, std::int64_t age_max_s);

}  // namespace strongroom::doctor
