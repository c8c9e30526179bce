/// Telegram's text with its entities, in the two forms it is written.
#pragma once

#include "capture/json/members.h"

namespace strongroom::capture::telegram {

/// result.json: `text_entities`, or in exports before 2022 `text` alone. Text and ranges; the entities themselves go
/// to `extra` when one of them says more than text and style (an address, a language, a custom emoji).
void fill_text(const json::Object& message, record::Record& out);

/// One such text: a string, or an array of strings and parts. For poll questions and answers too.
std::string plain_text(const json::Object& object, std::string_view name);

/// Bot API: `text` with offsets and lengths in UTF-16 code units.
void fill_ranges(const json::Array& entities, record::Record& out);

}  // namespace strongroom::capture::telegram
