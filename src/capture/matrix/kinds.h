/// Which form a text of Matrix has.
#pragma once

#include <string_view>

namespace strongroom::capture::matrix {

enum class FileKind {
  none,
  events,  ///< one event, one a line, or an array of them
  answer,  ///< an object that holds them: /messages, /sync, /context, Element's export
  keys,    ///< "-----BEGIN MEGOLM SESSION DATA-----"
};
FileKind kind_of(std::string_view text);

}  // namespace strongroom::capture::matrix
