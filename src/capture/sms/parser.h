/// Backups of "SMS Backup & Restore": SMS, MMS and call logs. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::sms {

/// Source "sms-backup".
const Parser& parser();
/// The independent count: looks at "<" and names only.
std::uint64_t count_items(std::string_view text);

}  // namespace strongroom::capture::sms
