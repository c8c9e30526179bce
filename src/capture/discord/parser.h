/// Discord, as DiscordChatExporter writes a channel in JSON. Format page: FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::discord {

/// The connector "discord".
const Parser& parser();

/// `Parser::count`, in a file of its own; shares no code with the parser.
Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits& limits);

/// By the first 64 KiB.
bool is_export(BytesView bytes);

/// A longer item is refused and its bytes kept.
inline constexpr std::uint64_t kItemBytesMax = 2u << 20;

}  // namespace strongroom::capture::discord
