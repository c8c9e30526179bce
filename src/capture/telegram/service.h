/// Service messages of result.json: what `action` says.
#pragma once

#include "capture/json/members.h"

namespace strongroom::capture::telegram {

/// Sets kind, people, target and `extra`; `out` has its author, id and times. Actions this program does not know
/// become notices with the doubt "unknown-kind".
void fill_service(const json::Object& message, record::Record& out);

}  // namespace strongroom::capture::telegram
