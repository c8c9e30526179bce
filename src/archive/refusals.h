/// Refusals become register entries, aggregated by reason and rate-limited (protocol §4.8): one entry a reason, at
/// most once an interval, with a count.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "roster/register_objects.h"

namespace strongroom::archive {

inline constexpr std::uint64_t kRefusalIntervalMs = 60'000;
inline constexpr std::size_t kRefusalReasonsMax = 64;

/// Threads may share it.
class Refusals {
 public:
  /// `reason` is one of a fixed list of codes; `about` the digest of what was refused, or zero.
  void count(std::string_view reason, const Hash256& about = {});
  /// What is to be written now: all reasons counted, if the last time was an interval ago.
  std::vector<roster::Refusal> due(std::uint64_t now_ms);

 private:
  std::mutex mutex_;
  std::map<std::string, roster::Refusal, std::less<>> counted_;
  std::uint64_t last_ms_ = 0;
};

}  // namespace strongroom::archive
