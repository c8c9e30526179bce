/// The wall clock, injected so that tests can move it, and deadlines on the monotonic clock for timeouts.
#pragma once

#include <chrono>
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

/// A clock that stands still until it is moved; for tests. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::uint64_t start_ms) : now_ms_(start_ms) {}
  std::uint64_t now_ms() override { return now_ms_; }
  void set(std::uint64_t now_ms) { now_ms_ = now_ms; }
  void advance(std::chrono::milliseconds by) { now_ms_ += static_cast<std::uint64_t>(by.count()); }

 private:
  std::uint64_t now_ms_;
};

/// A point in time by which something must be done; immune to changes of the wall clock.
class Deadline {
 public:
  static Deadline after(std::chrono::milliseconds from_now) {
    return Deadline(std::chrono::steady_clock::now() + from_now);
  }
  bool passed() const { return std::chrono::steady_clock::now() >= at_; }
  /// Time left, never negative.
  std::chrono::milliseconds left() const {
    using std::chrono::milliseconds;
    const auto rest = std::chrono::ceil<milliseconds>(at_ - std::chrono::steady_clock::now());
    return rest > milliseconds::zero() ? rest : milliseconds::zero();
  }

 private:
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}
  std::chrono::steady_clock::time_point at_;
};

}  // namespace strongroom::platform
