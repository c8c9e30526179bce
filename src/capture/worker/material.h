/// The whole of what strongroom-parse does, without its process: divide the material among the connectors, parse,
/// count again, add up.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture {

/// Every file ends as records or as an unparsed original. `source` names the connectors, joined by "+"; "unknown"
/// if there was none. `order` of the records is unique over all sources. Fails only if the sink does.
Result<Outcome> parse_material(const std::vector<InputFile>& files, const Statement& statement,
                               const Limits& limits, Sink& sink);

}  // namespace strongroom::capture
