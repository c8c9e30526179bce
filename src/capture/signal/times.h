/// Signal's instants are unsigned milliseconds since 1970 in UTC.
#pragma once

#include "record/record.h"

namespace strongroom::capture::signal {

/// Nothing of Signal's is older: 2010-01-01.
inline constexpr std::uint64_t kOldestPlausibleMs = 1'262'304'000'000;

/// When the backup was made; decides which times lie in its future.
struct TimeFrame {
  std::uint64_t backup_ms = 0;  ///< 0 = not known
  std::uint64_t newest_plausible_ms = 253'402'300'799'999;
};

/// The instant; a doubt "implausible-time" when it is older than the product or later than the backup.
record::SourceTime instant(std::uint64_t ms, const TimeFrame& frame, std::string_view what,
                           std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::signal
