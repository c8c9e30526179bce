/// The independent count: line breaks, quotes and empty lines.
#pragma once

#include <cstdint>
#include <string_view>

namespace strongroom::capture::directory {

/// Rows of a CSV file below its header.
std::uint64_t count_rows(std::string_view text);
/// Entries of an LDIF file.
std::uint64_t count_entries(std::string_view text);

}  // namespace strongroom::capture::directory
