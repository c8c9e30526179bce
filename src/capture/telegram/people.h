/// Telegram's ids. A user, a basic group and a channel (or supergroup) may bear the same number, so an id says which.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/record.h"

namespace strongroom::capture::telegram {

/// "user123", "channel123", "chat123" or, from old exports, "123": "telegram:user:123". "" for anything else.
std::string peer_id(std::string_view written);
/// Where a chat type of result.json keeps its number: "user", "chat" or "channel"; "" for a type nobody knows.
std::string_view id_space_of(std::string_view chat_type);
record::ConversationKind kind_of(std::string_view chat_type);

/// By id, else by name. No person if there is neither.
std::optional<record::Person> person_of(std::string_view written_id, std::string name);
/// Someone a source only names ("name:Ana").
record::Person named(std::string name, std::string_view role = {});

/// "tel:+33123456789" of "+33 1 23 45 67 89" or "0033..."; "" if there are no digits.
std::string tel_of(std::string_view number);

}  // namespace strongroom::capture::telegram
