#include "capture/whatsapp/dates.h"

#include <fmt/format.h>

#include <limits>
#include <tuple>
#include <vector>

#include "capture/zone/zone.h"

namespace strongroom::capture::whatsapp {
namespace {

constexpr int kFirstYearOfWhatsApp = 2009;

struct Fields {
  unsigned year = 0, month = 0, day = 0, year_digits = 4;
};

Fields arranged(const Stamp& stamp, DateOrder order) {
  const auto& f = stamp.fields;
  switch (order) {
    case DateOrder::dmy: return {f[2], f[1], f[0], stamp.digits[2]};
    case DateOrder::mdy: return {f[2], f[0], f[1], stamp.digits[2]};
    case DateOrder::ymd: return {f[0], f[1], f[2], stamp.digits[0]};
    case DateOrder::ydm: return {f[0], f[2], f[1], stamp.digits[0]};
  }
  return {};
}

bool fits(DateShape shape, DateOrder order) {
  const bool year_first = order == DateOrder::ymd || order == DateOrder::ydm;
  switch (shape) {
    case DateShape::year_first: return year_first;
    case DateShape::year_last: return !year_first;
    case DateShape::short_year: return order != DateOrder::ydm;
  }
  return false;
}

/// How badly an order reads a file; smaller is better, compared from the left.
struct Score {
  std::size_t impossible = 0, implausible = 0, backward = 0;
  auto key() const { return std::tuple(impossible, implausible, backward); }
};

Score score_of(std::span<const Stamp> stamps, DateShape shape, DateOrder order) {
  Score score;
  std::optional<WallSeconds> before;
  for (const Stamp& stamp : stamps) {
    if (shape_of(stamp) != shape) continue;
    const auto wall = wall_clock_of(stamp, order);
    if (!wall) {
      ++score.impossible;
      continue;
    }
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(*wall));
    if (shape == DateShape::short_year && date.year() < std::chrono::year(kFirstYearOfWhatsApp))
      ++score.implausible;
    if (before && *wall < *before) ++score.backward;
    before = wall;
  }
  return score;
}

/// What en-US writes ("4/1/23, 9:15 AM"): slashes, capital AM/PM.
bool looks_american(std::span<const Stamp> stamps) {
  for (const Stamp& stamp : stamps) {
    if (stamp.half != Half::none)
      return stamp.english_upper && stamp.separator == '/' && stamp.digits[2] == 2;
  }
  return false;
}

bool any_east_asian(std::span<const Stamp> stamps) {
  for (const Stamp& stamp : stamps) {
    if (stamp.east_asian) return true;
  }
  return false;
}

Decision decide_day_and_month(std::span<const Stamp> stamps, DateShape shape) {
  const Score dmy = score_of(stamps, shape, DateOrder::dmy);
  const Score mdy = score_of(stamps, shape, DateOrder::mdy);
  if (dmy.key() < mdy.key()) return {DateOrder::dmy, false};
  if (mdy.key() < dmy.key()) return {DateOrder::mdy, false};
  return {looks_american(stamps) ? DateOrder::mdy : DateOrder::dmy, true};
}

Decision decide(std::span<const Stamp> stamps, DateShape shape) {
  if (shape == DateShape::year_first) {
    const Score ymd = score_of(stamps, shape, DateOrder::ymd);
    const Score ydm = score_of(stamps, shape, DateOrder::ydm);
    return {ydm.impossible < ymd.impossible ? DateOrder::ydm : DateOrder::ymd, false};
  }
  const Decision best = decide_day_and_month(stamps, shape);
  if (shape == DateShape::year_last) return best;
  const Score ymd = score_of(stamps, shape, DateOrder::ymd);
  const bool better = ymd.key() < score_of(stamps, shape, best.order).key();
  if (better || (any_east_asian(stamps) && ymd.impossible == 0)) return {DateOrder::ymd, false};
  return best;
}

}  // namespace

std::string_view name_of(DateOrder order) {
  switch (order) {
    case DateOrder::dmy: return "dmy";
    case DateOrder::mdy: return "mdy";
    case DateOrder::ymd: return "ymd";
    case DateOrder::ydm: return "ydm";
  }
  return "";
}

Result<DateOrder> date_order_named(std::string_view name) {
  for (const DateOrder order : {DateOrder::dmy, DateOrder::mdy, DateOrder::ymd}) {
    if (name == name_of(order)) return order;
  }
  return fail(ErrorCode::malformed, "the stated date order is not one of dmy, mdy, ymd", "date order",
              "say dmy where the day comes first, mdy where the month does");
}

DateShape shape_of(const Stamp& stamp) {
  if (stamp.digits[0] == 4) return DateShape::year_first;
  return stamp.digits[2] == 4 ? DateShape::year_last : DateShape::short_year;
}

DateOrders::DateOrders(std::span<const Stamp> stamps, std::optional<DateOrder> stated) {
  for (const DateShape shape : {DateShape::year_first, DateShape::year_last, DateShape::short_year}) {
    Decision& decision = decisions_[static_cast<std::size_t>(shape)];
    if (stated && fits(shape, *stated)) {
      decision = {*stated, false};
    } else {
      decision = decide(stamps, shape);
    }
  }
}

std::optional<WallSeconds> DateOrders::wall_clock(const Stamp& stamp) const {
  const DateShape shape = shape_of(stamp);
  const DateOrder chosen = decision(shape).order;
  if (const auto wall = wall_clock_of(stamp, chosen)) return wall;
  for (const DateOrder other : {DateOrder::dmy, DateOrder::mdy, DateOrder::ymd, DateOrder::ydm}) {
    if (other == chosen || !fits(shape, other)) continue;
    if (const auto wall = wall_clock_of(stamp, other)) return wall;
  }
  return std::nullopt;
}

std::optional<WallSeconds> wall_clock_of(const Stamp& stamp, DateOrder order) {
  using namespace std::chrono;
  Fields f = arranged(stamp, order);
  if (f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31) return std::nullopt;
  sys_days days;
  if (f.year_digits <= 2) f.year += f.year <= 69 ? 2000u : 1900u;
  if (f.year >= 2400 && f.year <= 2699) f.year -= 543;
  if (f.year >= 1300 && f.year <= 1499 && stamp.script != DigitScript::latin) {
    const auto calendar =
        stamp.script == DigitScript::persian ? zone::Calendar::persian : zone::Calendar::hijri;
    const auto gregorian = zone::gregorian_of(calendar, f.year, f.month, f.day);
    if (!gregorian) return std::nullopt;
    days = *gregorian;
  } else {
    if (f.year < 1970 || f.year > 2200) return std::nullopt;
    const year_month_day date{year(static_cast<int>(f.year)), month(f.month), day(f.day)};
    if (!date.ok()) return std::nullopt;
    days = date;
  }
  return WallSeconds(days) + seconds(stamp.second_of_day);
}

std::string wall_clock_text(WallSeconds wall, bool with_seconds) {
  using namespace std::chrono;
  const auto days_part = floor<days>(wall);
  const year_month_day date(days_part);
  const hh_mm_ss<seconds> time(wall - days_part);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                time.hours().count(), time.minutes().count());
  if (with_seconds) out += fmt::format(":{:02}", time.seconds().count());
  return out;
}

}  // namespace strongroom::capture::whatsapp
