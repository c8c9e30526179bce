#include <algorithm>

#include "capture/discord/parser.h"
#include "capture/json/outline.h"

namespace strongroom::capture::discord {
namespace {

using json::Outline;

/// The head, every message, every user under a reaction, every member behind the messages.
std::uint64_t count_file(std::string_view text, std::uint64_t item_bytes_max) {
  Outline outline(text);
  std::uint64_t found = 0, users = 0;
  bool begun = false, inside = false;
  for (;;) {
    const Outline::Event event = outline.next();
    const json::Path path = outline.path();
    if (event == Outline::Event::cut) return found + 1;
    if (event == Outline::Event::finished) return found + (begun ? 0 : 1) + (outline.more_behind() ? 1 : 0);
    const bool message = inside && path.size() == 2;
    if (event == Outline::Event::begin) {
      if (message) users = 0;
      if (begun || path.size() != 1 || path[0] != "messages" || outline.first() != '[') continue;
      begun = inside = true;
      ++found;
    } else if (message) {
      found += outline.first() != '{' || outline.length() > item_bytes_max ? 1 : 1 + users;
    } else if (path.size() == 1 && begun) {
      found += inside ? 0 : 1;
      inside = false;
    } else if (inside && json::leads(path, {"messages", "", "reactions", "", "users", ""})) {
      ++users;
    }
  }
}

}  // namespace

Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    found += is_export(file.bytes)
                 ? count_file(text_of(file.bytes), std::min(limits.item_bytes_max, kItemBytesMax))
                 : 1;
  }
  return found;
}

}  // namespace strongroom::capture::discord
