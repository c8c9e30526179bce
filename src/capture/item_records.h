/// The records that come of one item of a source: the first carries the item's bytes, the others say where they lie.
#pragma once

#include <optional>
#include <string>

#include "capture/tally.h"

namespace strongroom::capture {

/// Borrows everything; for one item.
class ItemRecords {
 public:
  ItemRecords(Tally& tally, const std::string& file, std::uint64_t offset, std::string_view bytes)
      : tally_(tally), file_(file), offset_(offset), bytes_(bytes) {}

  Result<void> add(record::Record record);
  std::uint64_t count() const { return count_; }

 private:
  Tally& tally_;
  const std::string& file_;
  std::uint64_t offset_;
  std::string_view bytes_;
  std::uint64_t count_ = 0;
  std::optional<Hash256> digest_;
};

/// 2003-01-01 to 2100-01-01: no chat service is older.
inline constexpr std::int64_t kOldestPlausibleMs = 1'041'379'200'000;
inline constexpr std::int64_t kNewestPlausibleMs = 4'102'444'800'000;

/// Sets `sent_at` to the instant. Outside what is plausible: doubt "implausible-time"; nullopt: doubt "no-time".
void set_instant(record::Record& record, std::optional<std::int64_t> unix_ms);

}  // namespace strongroom::capture
