/// One item's JSON, with the one fault Telegram's writer has.
#pragma once

#include <optional>
#include <vector>

#include "capture/json/members.h"

namespace strongroom::capture::telegram {

struct Item {
  json::Any value;
  std::vector<record::Doubt> doubts;
};

/// Telegram Desktop writes control characters as \x1F, which is no JSON: such escapes are read as \u001F, with the
/// doubt "repaired-escape". nullopt if the text is not JSON for another reason.
std::optional<Item> parse_item(std::string_view text);

}  // namespace strongroom::capture::telegram
