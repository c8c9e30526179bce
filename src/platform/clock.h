/// The wall clock, injected so that tests can move it.
#pragma once

#include <cstdint>

namespace strongroom::platform {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970-01-01T00:00:00Z. May jump; nothing in the protocol trusts it.
  virtual std::uint64_t now_ms() = 0;
};

class SystemClock final : public Clock {
 public:
  std::uint64_t now_ms() override;
};

}  // namespace strongroom::platform
