/// The organisation's directory as a source: who has which numbers, addresses and ids, and from when to when. CSV with
/// documented column names, or LDIF. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::directory {

/// Source "directory".
const Parser& parser();

}  // namespace strongroom::capture::directory
