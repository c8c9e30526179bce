/// iMessage and SMS of a Mac or an iPhone: chat.db (sms.db). FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::imessage {

/// Source "imessage-database".
const Parser& parser();

}  // namespace strongroom::capture::imessage
