/// Enrolments on their way: the device's signed request, then the officers' signatures on it, passed from hand to
/// hand under the invitation's id. Held in memory only: what is lost is put again. Nothing here is believed; the
/// register's rules decide when the finished object is posted.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "envelope/names.h"

namespace strongroom::archive {

inline constexpr std::size_t kPendingBytesMax = 64 * 1024;
inline constexpr std::size_t kPendingMax = 1024;

/// Threads may share it.
class PendingEnrolments {
 public:
  using Id = ByteArray<16>;
  /// Replaces what is there. `limit_exceeded` for an object that is too long or if there are too many.
  Result<void> put(const Id& invitation, BytesView object);
  std::vector<std::pair<Id, Bytes>> all() const;
  void forget(const Id& invitation);

 private:
  mutable std::mutex mutex_;
  std::map<Id, Bytes> objects_;
};

}  // namespace strongroom::archive
