/// WhatsApp's exported chats: a .txt, a directory with one and its media, or a .zip of both. Format page: FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::whatsapp {

/// The connector "whatsapp-text". `parse` and `count` also fail, with `malformed`, for a stated zone or date order
/// that is none: an operator's mistake must not become a thousand wrong times.
const Parser& parser();

/// `Parser::count`, in a file of its own (count.cpp): headers taken, plus files, plus what stands before the first
/// header. Shares only the .zip reader with the parser.
Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits& limits);

}  // namespace strongroom::capture::whatsapp
