/// The independent count (capture/parser.h, `Parser::count`).
#pragma once

#include "capture/matrix/kinds.h"
#include "capture/parser.h"

namespace strongroom::capture::matrix {

std::uint64_t count_file(const InputFile& file, FileKind kind, const Limits& limits);

}  // namespace strongroom::capture::matrix
