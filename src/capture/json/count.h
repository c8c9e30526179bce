/// The independent count of a source whose items lie in JSON.
#pragma once

#include <functional>
#include <string_view>

#include "capture/json/survey.h"

namespace strongroom::capture::json {

/// What lies at a path, for the count.
enum class Lies { frame, item, aside };

/// A frame at the top counts one, an item one more than `more` says true for inside it; an item that is no JSON counts
/// one, and so do one of more than `item_bytes_max` and the rest of a text (or line) that breaks off.
std::uint64_t count_items(std::string_view text, std::uint64_t item_bytes_max,
                          const std::function<Lies(std::string_view path)>& lies,
                          const std::function<bool(const Seen&)>& more);

}  // namespace strongroom::capture::json
