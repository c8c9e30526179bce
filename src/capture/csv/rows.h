/// Rows of comma-separated text (RFC 4180), also with semicolons or tabs: quoted fields may hold separators, breaks
/// and doubled quotes. Memory does not grow with the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::capture::csv {

struct Row {
  std::vector<std::string> fields;  ///< valid UTF-8
  std::string_view text;  ///< as written, without its line break
  std::uint64_t offset = 0;
  std::string broken;  ///< why it is none (a quote that is never closed), for people; then it is one line
};

/// Borrows the text. Empty lines are skipped, and a byte order mark before the first row.
class Rows {
 public:
  /// A row longer than `row_bytes_max` is broken. `separator` 0: whichever of , ; and tab the first line has most of.
  Rows(std::string_view text, std::uint64_t row_bytes_max, char separator = 0);
  /// nullopt after the last.
  std::optional<Row> next();

 private:
  bool read_field(Row& row);
  std::string_view text_;
  std::uint64_t max_;
  std::size_t at_ = 0;
  char separator_;
};

}  // namespace strongroom::capture::csv
