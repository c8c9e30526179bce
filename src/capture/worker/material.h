/// The whole of what strongroom-parse does, without its process: look into archives, divide the material among the
/// connectors, parse, count again.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture {

/// Every file ends as records or as an unparsed original; one outcome for each connector that had a share, "archive"
/// for archives kept whole, "unknown" for what nobody reads. `order` begins at 0 with each of them. Fails only if the
/// sink does.
Result<std::vector<Outcome>> parse_material(const std::vector<InputFile>& files, const Statement& statement,
                                            const Limits& limits, Sink& sink);

}  // namespace strongroom::capture
