/// What a bot is told: the Update objects of the Bot API, also those of a business account that lets a bot listen.
#pragma once

#include <vector>

#include "capture/json/members.h"

namespace strongroom::capture::telegram {

/// At least one record for each Update object.
std::vector<record::Record> read_update(const json::Object& update);

/// A user or chat object as a person, with its username.
std::optional<record::Person> bot_person_of(const json::Object& object);
/// The conversation of a chat object.
record::Conversation bot_chat_of(const json::Object& chat);

/// A Message object. An `event` that begins with "edited_" makes it a later version; its time is `edit_date`.
record::Record read_bot_message(const json::Object& message, std::string_view event);

}  // namespace strongroom::capture::telegram
