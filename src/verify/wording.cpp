#include "verify/wording.h"

#include <fmt/format.h>

#include <chrono>

namespace strongroom::verify {

std::string utc(std::uint64_t seconds) {
  constexpr std::uint64_t kYear10000 = 253402300800;
  if (seconds >= kYear10000) return fmt::format("{} seconds since 1970", seconds);
  using std::chrono::days;
  const auto since = std::chrono::seconds(static_cast<std::int64_t>(seconds));
  const auto day = std::chrono::floor<days>(since);
  const std::chrono::year_month_day date{std::chrono::sys_days{day}};
  const std::chrono::hh_mm_ss time{since - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace strongroom::verify
