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
  /// Fails only if the sink does.
  Result<void> emit(record::Record record);

 private:
  Tally& tally_;
  const std::string& file_;
  BytesView bytes_;
  std::uint64_t offset_;
  std::optional<Hash256> digest_;
  bool first_ = true;
};

}  // namespace strongroom::capture
