/// Signal Desktop's own directory: sql/db.sqlite with its key, and its attachment files. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::signal_desktop {

/// Source "signal-desktop".
const Parser& parser();

}  // namespace strongroom::capture::signal_desktop
