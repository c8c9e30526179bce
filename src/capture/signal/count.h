/// The independent second pass: how many records a backup holds, without the schema's generated code and without
/// anything of the parser. The rules are those of FORMAT.md, "What is counted".
#pragma once

#include "base/bytes.h"

namespace strongroom::capture::signal {

/// By walking the protobuf wire format by hand. A frame above `frame_bytes_max` counts as one.
std::uint64_t count_backup(BytesView stream, std::uint64_t frame_bytes_max);
/// By walking JSON values, line by line.
std::uint64_t count_takeout(BytesView lines, std::uint64_t line_bytes_max);

}  // namespace strongroom::capture::signal
