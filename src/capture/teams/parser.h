/// Microsoft Teams: messages as Microsoft Graph gives them. See FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::teams {

/// Source "teams-graph".
const Parser& parser();

}  // namespace strongroom::capture::teams
