/// The JSON values of a file that is one value, or values one after the other (JSON Lines), or an array of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/json/cursor.h"

namespace strongroom::capture::json {

/// One value, or what lies where a value should be.
struct Document {
  Value value;
  std::string code;  ///< why it is no value: "not-json", "too-large"; empty if it is one
  std::string why;  ///< for people
};

/// Borrows the text. A value that is cut short or garbage reaches to the next line that begins with '{'.
class Documents {
 public:
  /// `value_bytes_max`: longer values are "too-large".
  Documents(std::string_view text, std::uint64_t value_bytes_max);
  /// nullopt after the last.
  std::optional<Document> next();

 private:
  Document unreadable(std::string code, std::string why);
  std::string_view text_;
  std::uint64_t max_;
  std::size_t at_ = 0;
  bool in_array_ = false;
};

}  // namespace strongroom::capture::json
