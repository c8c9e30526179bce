/// How this room writes times and counts, so that every report reads alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strongroom::verify {

/// "2026-01-01T00:00:00Z"; the bare seconds where a calendar has no use for them.
std::string utc(std::uint64_t seconds);
/// "1 entry", "2 entries": `many` is the plural.
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace strongroom::verify
