/// One person across sources: who, by the organisation's directory, somebody was when a message was sent. The directory
/// is read from the opened case itself (docs/formats/record.md, "Directory entries"); names captured with a message
/// stay as they are, what is joined stands beside them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/record.h"

namespace strongroom::reading {

struct DirectoryEntry {
  std::string id;  ///< "directory:17"
  std::string name;
  std::optional<std::int64_t> from_ms, until_ms;  ///< valid at t if from <= t < until
};

/// The directory entries of a case.
class Directory {
 public:
  /// Takes the record's entry, if it is one; others are passed over.
  void add(const record::Record& context);
  /// The entry that has an address, or the id, in common with the person and was valid then; nullptr if there is none
  /// or if entries of several ids are: nobody guesses. `at_ms` 0 (not known): only entries without a period.
  const DirectoryEntry* entry_of(const record::Person& person, std::int64_t at_ms) const;
  /// What is equal for one person in every source: the entry's id, else the person's own.
  std::string key_of(const record::Person& person, std::int64_t at_ms) const;
  bool empty() const { return entries_.empty(); }

 private:
  std::vector<DirectoryEntry> entries_;
  std::multimap<std::string, std::size_t, std::less<>> by_address_;
};

}  // namespace strongroom::reading
