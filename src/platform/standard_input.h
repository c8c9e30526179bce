/// Standard input as a file that can be mapped and handed over.
#pragma once

#include <string>

#include "base/error.h"

namespace strongroom::platform {

/// Reads standard input to its end into a file without a name (in $TMPDIR or /var/tmp, gone with this process) and
/// gives the path by which this process can open it again. A standard input that is a regular file is not copied. `io`.
Result<std::string> keep_standard_input();

}  // namespace strongroom::platform
