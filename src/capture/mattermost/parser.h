/// Mattermost: bulk exports and the two compliance exports. See FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mattermost {

/// Source "mattermost-bulk": JSON Lines of a bulk export.
const Parser& bulk_parser();
/// Source "mattermost-csv": the compliance export as comma separated values.
const Parser& csv_parser();
/// Source "mattermost-actiance": the compliance export in Actiance's XML.
const Parser& actiance_parser();

}  // namespace strongroom::capture::mattermost
