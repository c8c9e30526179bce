#include "reading/joining.h"

namespace strongroom::reading {
namespace {

std::optional<std::int64_t> milliseconds(const record::Record& r, const std::string& key) {
  const auto found = r.extra.find(key);
  if (found == r.extra.end()) return std::nullopt;
  if (const auto* value = std::get_if<std::uint64_t>(&found->second))
    return static_cast<std::int64_t>(*value);
  if (const auto* value = std::get_if<std::int64_t>(&found->second)) return *value;
  return std::nullopt;
}

bool is_entry(const record::Record& r) {
  if (r.source != "directory" || r.people.size() != 1) return false;
  const auto object = r.extra.find("object");
  const auto* text = object == r.extra.end() ? nullptr : std::get_if<std::string>(&object->second);
  return text != nullptr && *text == "directory-entry";
}

bool valid_at(const DirectoryEntry& entry, std::int64_t at_ms) {
  if (at_ms == 0) return !entry.from_ms && !entry.until_ms;
  return (!entry.from_ms || *entry.from_ms <= at_ms) && (!entry.until_ms || at_ms < *entry.until_ms);
}

}  // namespace

void Directory::add(const record::Record& context) {
  if (!is_entry(context)) return;
  const record::Person& person = context.people.front();
  for (const std::string& address : person.addresses) by_address_.emplace(address, entries_.size());
  entries_.push_back({person.id, person.name, milliseconds(context, "valid_from_ms"),
                      milliseconds(context, "valid_until_ms")});
}

const DirectoryEntry* Directory::entry_of(const record::Person& person, std::int64_t at_ms) const {
  const DirectoryEntry* found = nullptr;
  bool several = false;
  const auto look = [&](std::string_view address) {
    const auto [from, to] = by_address_.equal_range(address);
    for (auto at = from; at != to; ++at) {
      const DirectoryEntry& entry = entries_[at->second];
      if (!valid_at(entry, at_ms)) continue;
      several = several || (found != nullptr && found->id != entry.id);
      found = &entry;
    }
  };
  look(person.id);
  for (const std::string& address : person.addresses) look(address);
  return several ? nullptr : found;
}

std::string Directory::key_of(const record::Person& person, std::int64_t at_ms) const {
  const DirectoryEntry* entry = entry_of(person, at_ms);
  return entry != nullptr ? entry->id : person.id;
}

}  // namespace strongroom::reading
