/// The independent count (capture/parser.h, `Parser::count`).
#pragma once

#include "capture/parser.h"
#include "capture/slack/kinds.h"

namespace strongroom::capture::slack {

std::uint64_t count_file(const InputFile& file, FileKind kind, const Limits& limits);

}  // namespace strongroom::capture::slack
