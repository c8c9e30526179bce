/// The records of one item of a source: the first carries its bytes, the others say where they lie.
#pragma once

#include <optional>
#include <string>

#include "capture/tally.h"

namespace strongroom::capture {

/// Borrows all it is given; used for one item.
class Emission {
 public:
  Emission(Tally& tally, const std::string& file, BytesView bytes, std::uint64_t offset)
      : tally_(tally), file_(file), bytes_(bytes), offset_(offset) {}
  /// The event that carries the item's bytes, if the source gives it no id, is named by them ("sha256:<hex>"): two that
  /// differ are never taken for one told twice.
  void name_by_bytes() { named_by_bytes_ = true; }
  /// Fails only if the sink does.
  Result<void> emit(record::Record&& record);

 private:
  Tally& tally_;
  const std::string& file_;
  BytesView bytes_;
  std::uint64_t offset_;
  const Hash256& digest();

  std::optional<Hash256> digest_;
  bool first_ = true, named_by_bytes_ = false;
};

}  // namespace strongroom::capture
