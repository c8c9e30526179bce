/// Telegram: what its desktop program exports, and what a bot is told. Format page: FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::telegram {

/// "telegram-desktop": result.json, of one chat or of a whole account. `parse` also fails, with `malformed`, for a
/// stated zone that is none.
const Parser& desktop_parser();

/// `desktop_parser().count`, in a file of its own; shares no code with the parser.
Result<std::uint64_t> count_desktop(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits& limits);

/// A result.json, by its first 64 KiB; `certain` is set if it can be nothing else.
bool is_desktop(BytesView bytes, bool* certain = nullptr);

/// "telegram-bot": Update objects of the Bot API, one after the other or in an array.
const Parser& bot_parser();
/// `bot_parser().count`; shares no code with the parser.
Result<std::uint64_t> count_updates(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits& limits);
/// By the first 64 KiB.
bool holds_updates(BytesView bytes);

/// "telegram-html": the pages messages*.html of an HTML export.
const Parser& html_parser();
/// By the first 64 KiB.
bool is_html_page(BytesView bytes);

/// A longer item is refused and its bytes kept: text, entities and original must fit one record.
inline constexpr std::uint64_t kItemBytesMax = 2u << 20;

}  // namespace strongroom::capture::telegram
