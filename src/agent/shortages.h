/// What to say when folders could not be dealt as they should be because trustees have published no keys (protocol
/// §2.5: capture goes on, and the device alarms).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "roster/sealing_keys.h"

namespace strongroom::agent {

/// Gathers the folders of one run; one sentence for each way in which they fell short.
class Shortages {
 public:
  /// A folder whose first day is `first_day` (days since 1970) was, or would be, dealt like this.
  void note(const roster::SealingKeys& keys, const roster::Roster& in_force, std::uint32_t first_day);
  /// Which trustees are late, what was done instead, what they should type. Members are named by their numbers: a
  /// device knows no names.
  std::vector<std::string> texts() const;

 private:
  /// Roster number it was dealt under, and whether that is the one in force; whether in another lot than the wanted.
  struct Way {
    std::uint64_t roster = 0;
    bool stale = false, misfiled = false;
    auto operator<=>(const Way&) const = default;
  };
  struct Fallen {
    std::uint32_t oldest_day = 0;
    envelope::Lot first_wanted, into;
    std::set<roster::MemberId> missing;
  };
  std::map<Way, Fallen> ways_;
};

/// What is to be said if a live folder were opened today, one sentence each; empty if all is as it should be.
std::vector<std::string> sealing_alarms(const roster::RegisterState& state,
                                        const std::vector<std::uint32_t>& classes, std::uint32_t today);

}  // namespace strongroom::agent
