/// What an import or an inspection could not read, as it is told to people: by reason, with places and what to do.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record/record.h"

namespace strongroom::agent {

/// Safe on a terminal: one line, no control characters, no direction marks, at most `columns` code points.
std::string for_terminal(std::string_view text, std::size_t columns);

class RefusalList {
 public:
  /// Takes note of an unparsed original, and of a file that lay beside messages and that none of them names.
  void add(const record::Record& record);
  bool empty() const { return by_code_.empty(); }
  /// Lines for people; empty if nothing was refused.
  std::string text() const;

 private:
  struct Place {
    std::string file, detail;
    std::uint64_t offset = 0, length = 0;
  };
  struct Reason {
    std::uint64_t count = 0;
    std::vector<Place> places;  ///< the first
  };
  std::map<std::string, Reason> by_code_;
};

}  // namespace strongroom::agent
