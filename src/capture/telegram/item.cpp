#include "capture/telegram/item.h"

namespace strongroom::capture::telegram {
namespace {

/// Every \xHH as \u00HH.
std::string with_long_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] != '\\' || i + 1 == text.size()) continue;
    ++i;
    if (text[i] == 'x') {
      out += "u00";
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<Item> parse_item(std::string_view text) {
  if (auto value = json::parse(text)) return Item{std::move(*value), {}};
  if (text.find("\\x") == std::string_view::npos) return std::nullopt;
  auto value = json::parse(with_long_escapes(text));
  if (!value) return std::nullopt;
  return Item{std::move(*value),
              {{"repaired-escape", "control characters are written as \\x.. and not as JSON demands"}}};
}

}  // namespace strongroom::capture::telegram
