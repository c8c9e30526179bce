/// Which field is the day: decided once per file from all its header lines, because a line alone does not say.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "capture/whatsapp/header.h"

namespace strongroom::capture::whatsapp {

enum class DateOrder : std::uint8_t { dmy, mdy, ymd, ydm };
std::string_view name_of(DateOrder order);
/// "dmy", "mdy", "ymd" as an operator states them; `malformed` otherwise.
Result<DateOrder> date_order_named(std::string_view name);

/// A wall clock, of no zone yet: a count of seconds as if it were UTC.
using WallSeconds = std::chrono::sys_seconds;

/// The three shapes a date comes in; each has its own order, decided on its own lines.
enum class DateShape : std::uint8_t { year_first, year_last, short_year };
DateShape shape_of(const Stamp& stamp);

struct Decision {
  DateOrder order = DateOrder::dmy;
  bool ambiguous = false;  ///< nothing in the file tells day from month; `order` is the likelier one
};

/// The orders of one file.
class DateOrders {
 public:
  /// In file order. A stated order is followed wherever the shape allows it. Rules, each deciding only what the one
  /// before left open: a field > 12 is no month; years before 2009 (WhatsApp's first) are unlikely; the order with
  /// fewer backward steps. Four-digit years first are year-month-day unless that is impossible.
  DateOrders(std::span<const Stamp> stamps, std::optional<DateOrder> stated);

  Decision decision(DateShape shape) const { return decisions_[static_cast<std::size_t>(shape)]; }
  /// The wall clock of `stamp`, in the order decided, or in another where only that one gives a date; nullopt
  /// if none does.
  std::optional<WallSeconds> wall_clock(const Stamp& stamp) const;

 private:
  std::array<Decision, 3> decisions_;
};

/// The wall clock of a stamp read in one order: two-digit years 00-69 are 20xx; Buddhist years (2400-2699) and, with
/// Persian or Arabic digits, Persian and Hijri years (1300-1499) are turned to Gregorian. nullopt: no such day.
std::optional<WallSeconds> wall_clock_of(const Stamp& stamp, DateOrder order);

/// "2024-03-10T14:05", with ":07" when the source gave seconds.
std::string wall_clock_text(WallSeconds wall, bool with_seconds);

}  // namespace strongroom::capture::whatsapp
