/// Instants of sources whose times are instants.
#pragma once

#include <optional>

#include "record/record.h"

namespace strongroom::capture {

/// 2003-01-01 to 2100-01-01: no chat service is older.
inline constexpr std::int64_t kOldestPlausibleMs = 1'041'379'200'000;
inline constexpr std::int64_t kNewestPlausibleMs = 4'102'444'800'000;

/// Sets `sent_at` to the instant. Outside what is plausible: doubt "implausible-time"; nullopt: doubt "no-time".
void set_instant(record::Record& record, std::optional<std::int64_t> unix_ms);

}  // namespace strongroom::capture
