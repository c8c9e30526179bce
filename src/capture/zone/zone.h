/// From a wall clock to an instant, for sources that name no zone: the operator states one, or UTC is assumed and said
/// to be. Zones and calendars come from ICU; this is the only adapter to them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace strongroom::capture::zone {

/// What a wall clock means in the zone.
struct Instant {
  enum class Fit : std::uint8_t {
    unique,  ///< it was shown once
    repeated,  ///< it was shown twice (clocks went back); the first is given
    skipped,  ///< it was never shown (clocks went forward); the offset before the change is used
  };
  std::int64_t unix_seconds = 0;
  Fit fit = Fit::unique;
};

/// One zone. Used by one thread at a time: it remembers the last offset.
class Zone {
 public:
  /// An IANA name ("Europe/Lisbon"), "UTC", or a fixed offset ("+02:00"). `malformed` for anything else.
  static Result<Zone> named(std::string_view name);
  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;
  ~Zone();

  const std::string& name() const;
  Instant instant_of(std::chrono::sys_seconds wall);

 private:
  struct State;
  explicit Zone(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class Calendar : std::uint8_t { persian, hijri };
/// A date of another calendar (hijri: Umm al-Qura); nullopt if there is no such day.
std::optional<std::chrono::sys_days> gregorian_of(Calendar calendar, unsigned year, unsigned month,
                                                  unsigned day);

}  // namespace strongroom::capture::zone
