/// The lines of a bulk export.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mattermost {

bool is_bulk(std::string_view text);
Result<Outcome> parse_bulk(const std::vector<InputFile>& files, const Statement& statement,
                           const Limits& limits, Sink& sink);
std::uint64_t count_bulk(std::string_view text, const Limits& limits);

}  // namespace strongroom::capture::mattermost
