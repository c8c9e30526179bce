#include "roster/expiry.h"

#include <algorithm>
#include <chrono>

namespace strongroom::roster {
namespace {

envelope::Lot retention_lot(const RetentionClass& of, std::uint32_t month) {
  envelope::Lot lot;
  lot.retention_class = of.id;
  lot.expiry_month = month;
  return lot;
}

}  // namespace

std::uint32_t expiry_month(const RetentionClass& of, std::uint32_t last_day) {
  return envelope::month_of_day(last_day) + of.months;
}

envelope::Lot lot_of(const RetentionClass& of, std::uint32_t last_day) {
  return retention_lot(of, expiry_month(of, last_day));
}

envelope::Lot lot_of_import(const RetentionClass& of, std::uint32_t last_day, std::uint32_t today) {
  return retention_lot(of, std::max(expiry_month(of, last_day), envelope::month_of_day(today)));
}

std::uint32_t disposable_from_day(const envelope::Lot& lot) {
  using namespace std::chrono;
  const std::uint32_t month_after = lot.expiry_month + 1;
  const year_month_day first{year(static_cast<int>(month_after / 12)), month(month_after % 12 + 1), day(1)};
  return static_cast<std::uint32_t>(sys_days(first).time_since_epoch().count());
}

std::vector<envelope::Lot> lots_needed(const Roster& roster, std::uint32_t today) {
  std::vector<envelope::Lot> lots;
  for (const RetentionClass& of : roster.classes) {
    for (std::uint32_t ahead = 0; ahead <= kLotMonthsAhead; ++ahead)
      lots.push_back(retention_lot(of, expiry_month(of, today) + ahead));
  }
  std::ranges::sort(lots);
  return lots;
}

std::vector<envelope::Lot> lots_needed_for_imports(const RetentionClass& of, std::uint32_t first_event_day,
                                                   std::uint32_t today) {
  std::vector<envelope::Lot> lots;
  const std::uint32_t first = lot_of_import(of, first_event_day, today).expiry_month;
  for (std::uint32_t month = first; month < expiry_month(of, today); ++month)
    lots.push_back(retention_lot(of, month));
  return lots;
}

}  // namespace strongroom::roster
