#include "capture/telegram/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "record/time_text.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::int64_t kOffsetMax = 14 * 3600 + 1800;

std::string offset_name(std::int64_t seconds) {
  const std::int64_t minutes = std::abs(seconds) / 60;
  return fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void judge(std::int64_t seconds, std::vector<record::Doubt>& doubts) {
  if (seconds < kOldestPlausible || seconds > kNewestPlausible)
    doubts.push_back({"implausible-time", fmt::format("{} s is before 2013 or after 2100", seconds)});
}

}  // namespace

record::SourceTime instant(std::int64_t seconds, std::vector<record::Doubt>& doubts) {
  judge(seconds, doubts);
  const std::int64_t kept = std::clamp(seconds, record::kUnixMsMin / 1000, record::kUnixMsMax / 1000);
  return {kept * 1000, record::ZoneCertainty::instant, {}, {}};
}

std::optional<std::int64_t> wall_seconds(std::string_view written) {
  if (written.size() != 19 && written.size() != 16) return std::nullopt;
  const auto ms = record::from_rfc3339(std::string(written) + (written.size() == 16 ? ":00Z" : "Z"));
  if (!ms) return std::nullopt;
  return *ms / 1000;
}

Result<WallClock> WallClock::stated(const Statement& statement) {
  zone::Zone zone = TRY(zone::Zone::named(statement.zone.empty() ? "UTC" : statement.zone));
  return WallClock(std::move(zone), !statement.zone.empty());
}

std::optional<record::SourceTime> WallClock::read(std::string_view written,
                                                  std::vector<record::Doubt>& doubts) {
  const auto wall = wall_seconds(written);
  if (!wall) {  // rewritten by another program, with its offset
    const auto ms = record::from_rfc3339(written);
    if (!ms) return std::nullopt;
    judge(*ms / 1000, doubts);
    return record::SourceTime{*ms, record::ZoneCertainty::instant, {}, {}};
  }
  judge(*wall, doubts);
  if (!stated_ && !told_) {
    told_ = true;
    doubts.push_back({"zone-assumed", "this export names no time zone and none was stated: UTC is assumed"});
  }
  const std::int64_t at =
      zone_.instant_of(std::chrono::sys_seconds(std::chrono::seconds(*wall))).unix_seconds;
  return record::SourceTime{at * 1000,
                            stated_ ? record::ZoneCertainty::stated : record::ZoneCertainty::assumed,
                            zone_.name(), std::string(written)};
}

std::optional<record::SourceTime> WallClock::read_at(std::string_view written, std::int64_t offset_seconds,
                                                     std::vector<record::Doubt>& doubts) {
  if (stated_ || std::abs(offset_seconds) > kOffsetMax || offset_seconds % 900 != 0)
    return read(written, doubts);
  const auto wall = wall_seconds(written);
  if (!wall) return read(written, doubts);
  judge(*wall, doubts);
  return record::SourceTime{(*wall - offset_seconds) * 1000, record::ZoneCertainty::assumed,
                            offset_name(offset_seconds), std::string(written)};
}

}  // namespace strongroom::capture::telegram
