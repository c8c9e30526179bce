#include "archive/refusals.h"

namespace strongroom::archive {

void Refusals::count(std::string_view reason, const Hash256& about) {
  const std::lock_guard lock(mutex_);
  const auto it = counted_.find(reason);
  if (it != counted_.end()) {
    ++it->second.count;
    it->second.about = about;
    return;
  }
  if (counted_.size() >= kRefusalReasonsMax) return;
  roster::Refusal refusal;
  refusal.what = std::string(reason);
  refusal.about = about;
  counted_.emplace(std::string(reason), std::move(refusal));
}

std::vector<roster::Refusal> Refusals::due(std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  std::vector<roster::Refusal> out;
  if (counted_.empty() || now_ms - last_ms_ < kRefusalIntervalMs) return out;
  for (auto& [reason, refusal] : counted_) {
    refusal.at_s = now_ms / 1000;
    out.push_back(std::move(refusal));
  }
  counted_.clear();
  last_ms_ = now_ms;
  return out;
}

}  // namespace strongroom::archive
