/// Which form a text of Teams has.
#pragma once

#include <string_view>

namespace strongroom::capture::teams {

enum class FileKind {
  none,
  entity,  ///< one object, or one a line
  array,   ///< an array of them
  answer,  ///< an object with the array "value"
};
FileKind kind_of(std::string_view text);

}  // namespace strongroom::capture::teams
