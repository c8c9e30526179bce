/// The independent count: brackets, quotes and one name; no JSON library, no shared reader.
#pragma once

#include <cstdint>
#include <string_view>

namespace strongroom::capture::wecom {

/// JSON values one after the other or in an array; one with a list `list` directly inside counts its elements.
std::uint64_t count_values(std::string_view text, std::string_view list);
/// Rows below the header.
std::uint64_t count_rows(std::string_view text);

}  // namespace strongroom::capture::wecom
