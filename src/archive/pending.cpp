#include "archive/pending.h"

namespace strongroom::archive {

Result<void> PendingEnrolments::put(const Id& invitation, BytesView object) {
  if (object.size() > kPendingBytesMax) return fail(ErrorCode::limit_exceeded, "more than 64 KiB");
  const std::lock_guard lock(mutex_);
  if (objects_.size() >= kPendingMax && !objects_.contains(invitation)) {
    return fail(ErrorCode::limit_exceeded, "too many enrolments are pending", {},
                "complete or forget some first");
  }
  objects_[invitation] = copy_of(object);
  return {};
}

std::vector<std::pair<PendingEnrolments::Id, Bytes>> PendingEnrolments::all() const {
  const std::lock_guard lock(mutex_);
  return {objects_.begin(), objects_.end()};
}

void PendingEnrolments::forget(const Id& invitation) {
  const std::lock_guard lock(mutex_);
  objects_.erase(invitation);
}

}  // namespace strongroom::archive
