/// The header block of a mail, read in place: names and raw values are views of the mail's own bytes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace strongroom::capture::mail {

struct Field {
  std::string_view name;
  std::string_view value;  ///< raw, still folded
};

struct Header {
  std::vector<Field> fields;  ///< at most `kFieldsMax`
  std::size_t body = 0;  ///< where the body begins: after the empty line, or at the end
  bool odd_lines = false;  ///< a line was no field and no continuation (it is passed over)
  bool cut = false;  ///< there are more fields than are read

  /// The first of that name (ASCII case does not matter).
  std::optional<std::string_view> first(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

inline constexpr std::size_t kFieldsMax = 20'000;

/// Reads up to the first empty line. Never fails: a text without fields is all body.
Header read_header(std::string_view mail);

bool same_name(std::string_view a, std::string_view b);
/// "Name:" of RFC 5322 at the start of `line`; the length of the name, or 0.
std::size_t field_name_length(std::string_view line);

}  // namespace strongroom::capture::mail
