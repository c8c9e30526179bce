/// The archive id as people give it to this program: 64 hex digits, the path of an archive card, or six words.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "platform/file_system.h"

namespace strongroom::verify {

/// `text` is the id in lower-case hex, or the name of a file with a line "archive <id>" in it (an archive card, with
/// its words compared), or six words: then `claimed`, what the file to be checked says of itself, if these are its
/// words; standard error says that sixty bits were compared and no more. `malformed` with a hint otherwise.
Result<Hash256> read_archive_id(platform::FileSystem& files, const std::string& text,
                                const std::optional<Hash256>& claimed = std::nullopt);

}  // namespace strongroom::verify
