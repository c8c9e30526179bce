/// Matrix: events, and the keys that open them. See FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::matrix {

/// Source "matrix-events".
const Parser& parser();

}  // namespace strongroom::capture::matrix
