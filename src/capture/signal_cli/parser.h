/// Signal as signal-cli hears it: JSON-RPC notifications and REST answers. Format page: FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::signal_cli {

/// The connector "signal-cli".
const Parser& parser();

/// `Parser::count`, in a file of its own.
Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits& limits);

/// By the first 64 KiB: an envelope is there.
bool holds_envelopes(BytesView bytes);

/// A longer value is refused and its bytes kept.
inline constexpr std::uint64_t kItemBytesMax = 2u << 20;

}  // namespace strongroom::capture::signal_cli
