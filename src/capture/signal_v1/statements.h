/// What the SQL statements of a backup are, by their first words. Foreign SQL is never executed: of a table only the
/// names of its columns are taken, of an INSERT only its values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::capture::signal_v1 {

enum class Act {
  create_table,
  insert,
  schema,  ///< index, trigger, view, virtual table: of no use here
  other,  ///< nothing a backup holds
};
struct Said {
  Act act = Act::other;
  std::string table;  ///< of `create_table` and `insert`, in lower case
};
Said what_is_said(std::string_view sql);

/// The names of the columns, in order and lower case; nullopt if the statement cannot be understood.
std::optional<std::vector<std::string>> columns_in(std::string_view create_table);

}  // namespace strongroom::capture::signal_v1
