/// A fuzzer's input cut into the parts that a target needs. Test code only.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"

namespace strongroom {

/// Takes from the front; what is no longer there is empty, or zero.
class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<unsigned>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  /// Two bytes of length, big-endian, and so many bytes, or as many as there are.
  BytesView piece() {
    const std::size_t high = byte(), low = byte();
    const std::size_t length = std::min(high * 256 + low, rest_.size());
    const BytesView out = rest_.first(length);
    rest_ = rest_.subspan(length);
    return out;
  }
  BytesView rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  BytesView rest_;
};

}  // namespace strongroom
