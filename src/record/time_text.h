/// Instants as text: RFC 3339, years 0000 to 9999, proleptic Gregorian calendar, no leap seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace strongroom::record {

inline constexpr std::int64_t kUnixMsMin = -62'167'219'200'000;  ///< 0000-01-01T00:00:00Z
inline constexpr std::int64_t kUnixMsMax = 253'402'300'799'999;  ///< 9999-12-31T23:59:59.999Z

/// "2024-03-10T14:05:00Z", with ".123" when the milliseconds are not zero. Outside the range: clamped.
std::string rfc3339(std::int64_t unix_ms);
/// Reads RFC 3339 §5.6: 'T' or a space, any fraction (cut to milliseconds), "Z" or an offset.
Result<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace strongroom::record
