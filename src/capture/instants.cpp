#include "capture/instants.h"

#include <algorithm>

#include "record/time_text.h"

namespace strongroom::capture {

void set_instant(record::Record& record, std::optional<std::int64_t> unix_ms) {
  if (!unix_ms) {
    record.doubts.push_back({"no-time", "the source gives no time, or one that cannot be read"});
    return;
  }
  if (*unix_ms < kOldestPlausibleMs || *unix_ms > kNewestPlausibleMs)
    record.doubts.push_back({"implausible-time", "before 2003 or after 2100"});
  record.sent_at = {};
  record.sent_at.unix_ms = std::clamp(*unix_ms, record::kUnixMsMin, record::kUnixMsMax);
}

}  // namespace strongroom::capture
