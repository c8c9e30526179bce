/// Where a broken element ends. Programs that write JSON for people to read begin and end each element of an array on a
/// line of its own, with the same indentation, and what lies inside is indented deeper; no string of JSON holds a line
/// break. So whatever is broken inside an element (a quote or bracket that is lost, a block of other bytes), the next
/// line with its indentation says where it ends. Nothing that people wrote can look like such a line.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace strongroom::capture::json {

/// One past the element whose '{' is at `start`: behind the '}' that stands alone on a line with the same indentation,
/// or before the line where the next element begins, or where the ']' of the array stands alone. nullopt if the element
/// does not begin a line, is not indented, or the next line with as little indentation is none of these.
std::optional<std::size_t> end_by_lines(std::string_view text, std::size_t start);

}  // namespace strongroom::capture::json
