/// Outlook messages saved as files (.msg, MS-OXMSG).
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mail {

/// Source "mail-outlook".
const Parser& outlook_parser();

}  // namespace strongroom::capture::mail
