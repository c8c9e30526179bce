#include "capture/item_records.h"

#include <algorithm>

#include "crypto/hash.h"
#include "record/time_text.h"

namespace strongroom::capture {

Result<void> ItemRecords::add(record::Record record) {
  record.original.file = file_;
  record.original.offset = offset_;
  record.original.length = bytes_.size();
  if (count_++ == 0) {
    record.original.bytes = copy_of(bytes_of(bytes_));
  } else {
    if (!digest_) digest_ = crypto::sha256(bytes_of(bytes_));
    record.original.within = digest_;
  }
  return tally_.record(std::move(record));
}

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
