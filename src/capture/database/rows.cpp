#include "capture/database/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace strongroom::capture::database {
namespace {
constexpr std::size_t kPairsMax = 50'000'000;
}

Side::Side(const Database& database, std::string_view table, std::string_view key) : table_(table) {
  if (!database.has_column(table, key)) return;
  auto any = database.query(fmt::format("SELECT 1 FROM {} LIMIT 1", table));
  const Result<bool> more = any ? any->next() : Result<bool>(std::unexpected(any.error()));
  is_damaged_ = !more;
  if (!more || !*more) return;
  auto rows = database.query(fmt::format("SELECT * FROM {} WHERE {} = ?1", table, key));
  is_damaged_ = !rows;
  if (!rows) return;
  rows_ = std::move(*rows);
  row_.emplace(*rows_);
}

Row* Side::first(std::int64_t id) {
  if (!rows_) return nullptr;
  rows_->bind(1, id);
  return next();
}

Row* Side::next() {
  if (!rows_) return nullptr;
  const Result<bool> more = rows_->next();
  is_damaged_ = is_damaged_ || !more;
  return more && *more ? &*row_ : nullptr;
}

Pairs::Pairs(const Database& database, std::string_view table, std::string_view from, std::string_view to) {
  if (!database.has_column(table, from) || !database.has_column(table, to)) return;
  auto rows = database.query(fmt::format("SELECT {}, {} FROM {}", from, to, table));
  Result<bool> more = rows ? rows->next() : Result<bool>(std::unexpected(rows.error()));
  for (; more && *more && pairs_.size() < kPairsMax; more = rows->next())
    pairs_.emplace_back(rows->integer(0), rows->integer(1));
  is_damaged_ = !more || *more;
  std::ranges::sort(pairs_);
}

std::vector<std::int64_t> Pairs::of(std::int64_t from) const {
  std::vector<std::int64_t> out;
  auto at = std::ranges::lower_bound(pairs_, std::pair{from, std::numeric_limits<std::int64_t>::min()});
  for (; at != pairs_.end() && at->first == from; ++at) out.push_back(at->second);
  return out;
}

std::optional<std::int64_t> Pairs::first_of(std::int64_t from) const {
  const auto at = std::ranges::lower_bound(pairs_, std::pair{from, std::numeric_limits<std::int64_t>::min()});
  if (at == pairs_.end() || at->first != from) return std::nullopt;
  return at->second;
}

}  // namespace strongroom::capture::database
