#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "capture/signal/count.h"

namespace strongroom::capture::signal {
namespace {

namespace json = boost::json;

const json::object* object_in(const json::object& outer, std::string_view name) {
  const json::value* v = outer.if_contains(name);
  return v != nullptr ? v->if_object() : nullptr;
}

std::uint64_t length_of(const json::object& outer, std::string_view name) {
  const json::value* v = outer.if_contains(name);
  return v != nullptr && v->is_array() ? v->get_array().size() : 0;
}

std::uint64_t votes_in(const json::object& poll) {
  std::uint64_t count = 0;
  const json::value* options = poll.if_contains("options");
  if (options == nullptr || !options->is_array()) return 0;
  for (const json::value& option : options->get_array()) {
    if (const json::object* o = option.if_object()) count += length_of(*o, "votes");
  }
  return count;
}

std::uint64_t count_version(const json::object& item) {
  std::uint64_t count = object_in(item, "pinDetails") != nullptr ? 1 : 0;
  if (const json::object* update = object_in(item, "updateMessage")) {
    const json::object* change = object_in(*update, "groupChange");
    const std::uint64_t changes = change != nullptr ? length_of(*change, "updates") : 1;
    return count + (changes == 0 ? 1 : changes);
  }
  ++count;
  for (const std::string_view content : {"standardMessage", "contactMessage", "stickerMessage",
                                         "viewOnceMessage", "directStoryReplyMessage", "poll"}) {
    if (const json::object* o = object_in(item, content)) count += length_of(*o, "reactions");
  }
  if (const json::object* poll = object_in(item, "poll")) count += votes_in(*poll);
  return count;
}

std::uint64_t count_line(std::string_view line) {
  json::error_code broken;
  const json::value value = json::parse({line.data(), line.size()}, broken, {}, {.max_depth = 100});
  if (broken || !value.is_object()) return 1;
  const json::object* item = object_in(value.get_object(), "chatItem");
  if (item == nullptr) return 1;
  std::uint64_t count = count_version(*item);
  const json::value* revisions = item->if_contains("revisions");
  if (revisions == nullptr || !revisions->is_array()) return count;
  for (const json::value& revision : revisions->get_array()) {
    if (const json::object* o = revision.if_object()) count += count_version(*o);
  }
  return count;
}

}  // namespace

std::uint64_t count_takeout(BytesView lines, std::uint64_t line_bytes_max) {
  std::string_view rest = text_of(lines);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::uint64_t count = 0;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    count += line.size() > line_bytes_max ? 1 : count_line(line);
  }
  return count;
}

}  // namespace strongroom::capture::signal
