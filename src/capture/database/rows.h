/// Rows of tables that other versions of an application wrote with other columns, and tables that say more about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/database/database.h"

namespace strongroom::capture::database {

/// The columns of a query by name: a column that is not there reads as null.
class Row {
 public:
  explicit Row(Rows& rows) : rows_(rows) {}
  std::int64_t integer(std::string_view column) { return rows_.integer(at(column)); }
  double real(std::string_view column) { return rows_.real(at(column)); }
  std::string text(std::string_view column) { return rows_.text(at(column)); }
  BytesView bytes(std::string_view column) { return rows_.bytes(at(column)); }
  bool has(std::string_view column) { return !rows_.is_null(at(column)); }
  const Rows& rows() const { return rows_; }

 private:
  /// A few dozen names at most: looked through faster than hashed.
  int at(std::string_view column) {
    for (const auto& [name, number] : columns_) {
      if (name == column) return number;
    }
    return columns_.emplace_back(column, rows_.column(column)).second;
  }
  Rows& rows_;
  std::vector<std::pair<std::string, int>> columns_;
};

/// A table that says more about the rows of another. Looked into with the number of the other's row.
class Side {
 public:
  /// A table that is absent or empty says nothing.
  Side(const Database& database, std::string_view table, std::string_view key);
  Side(Side&&) = delete;
  /// The next row about `id` of a walk that starts with `first`; nullptr at the end or where the table is damaged.
  Row* first(std::int64_t id);
  Row* next();
  /// Whether a walk since the last call ended at damage (or at the limit of steps) and not at the end of its rows.
  bool take_damage() { return std::exchange(is_damaged_, false); }
  std::string_view table() const { return table_; }

 private:
  std::string table_;
  std::optional<Rows> rows_;
  std::optional<Row> row_;
  bool is_damaged_ = false;
};

/// Pairs of a table, found by the first: for joins that may lack an index. 16 bytes a row.
class Pairs {
 public:
  /// Empty if the table is not there; what stands before the damage of a damaged one.
  Pairs(const Database& database, std::string_view table, std::string_view from, std::string_view to);
  /// What stands beside `from`, in the order of the table's numbers.
  std::vector<std::int64_t> of(std::int64_t from) const;
  std::optional<std::int64_t> first_of(std::int64_t from) const;
  /// The table could not be read to its end.
  bool is_damaged() const { return is_damaged_; }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs_;
  bool is_damaged_ = false;
};

}  // namespace strongroom::capture::database
