/// The two compliance exports.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mattermost {

bool is_csv(std::string_view text);
Result<Outcome> parse_csv(const std::vector<InputFile>& files, const Statement& statement,
                          const Limits& limits, Sink& sink);
std::uint64_t count_csv(std::string_view text, const Limits& limits);

bool is_actiance(std::string_view text);
Result<Outcome> parse_actiance(const std::vector<InputFile>& files, const Statement& statement,
                               const Limits& limits, Sink& sink);
std::uint64_t count_actiance(std::string_view text, const Limits& limits);

}  // namespace strongroom::capture::mattermost
