/// Telegram's times: instants in seconds, and in older exports only the wall clock of the computer that exported.
#pragma once

#include <optional>
#include <string_view>

#include "capture/parser.h"
#include "capture/zone/zone.h"

namespace strongroom::capture::telegram {

inline constexpr std::int64_t kOldestPlausible =
    1'356'998'400;  ///< 2013-01-01: nothing of Telegram's is older
inline constexpr std::int64_t kNewestPlausible = 4'102'444'800;  ///< 2100-01-01

/// Seconds since 1970 as an instant; doubt "implausible-time" outside the years Telegram can have.
record::SourceTime instant(std::int64_t seconds, std::vector<record::Doubt>& doubts);

/// Reads wall clocks in the stated zone, or in UTC and says so once.
class WallClock {
 public:
  /// `malformed` if the stated zone is none.
  static Result<WallClock> stated(const Statement& statement);

  /// "2022-03-08T13:07:42" (seconds may be absent), or with an offset, then an instant; nullopt if it is no date. The
  /// first one whose zone had to be assumed brings the doubt "zone-assumed".
  std::optional<record::SourceTime> read(std::string_view written, std::vector<record::Doubt>& doubts);
  /// The same for a clock whose distance from UTC is known from another time of the same message.
  std::optional<record::SourceTime> read_at(std::string_view written, std::int64_t offset_seconds,
                                            std::vector<record::Doubt>& doubts);

 private:
  WallClock(zone::Zone zone, bool is_stated) : zone_(std::move(zone)), stated_(is_stated) {}
  zone::Zone zone_;
  bool stated_ = false;
  bool told_ = false;
};

/// Seconds since 1970 of a wall clock read as if it were UTC; nullopt if it is no date.
std::optional<std::int64_t> wall_seconds(std::string_view written);

}  // namespace strongroom::capture::telegram
