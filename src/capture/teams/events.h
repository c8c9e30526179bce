/// What `eventDetail` of a system message says happened.
#pragma once

#include "capture/teams/graph.h"

namespace strongroom::capture::teams {

/// Sets kind, author, people and extra.
void read_event(record::Record& record, const json::Object& detail);

}  // namespace strongroom::capture::teams
