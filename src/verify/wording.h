/// How this room writes times, so that every report reads alike.
#pragma once

#include <cstdint>
#include <string>

namespace strongroom::verify {

/// "2026-01-01T00:00:00Z"; the bare seconds where a calendar has no use for them.
std::string utc(std::uint64_t seconds);

}  // namespace strongroom::verify
