/// The parts of a whole account's export that are no chats: profile, contacts, pictures, stories, sessions.
#pragma once

#include "capture/telegram/message.h"

namespace strongroom::capture::telegram {

/// One element of the list `of` ("contacts"), or the whole member `of` ("personal_information"). A story is a
/// message of the custodian to everybody; all else is a context record.
record::Record context_of(const json::Any& value, std::string_view of, const Surroundings& around);

/// The account's own person, from `personal_information`.
std::optional<record::Person> self_of(const json::Object& personal_information);

/// A chat's name, type and id, and what else stands before its messages.
Chat chat_of(const json::Object& head);
record::Record context_of(const json::Object& head, const Chat& chat);

}  // namespace strongroom::capture::telegram
