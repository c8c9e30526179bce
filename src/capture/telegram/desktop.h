/// The shape of result.json.
#pragma once

#include <string_view>

namespace strongroom::capture::telegram {

/// What a member of a whole account's export holds.
enum class Section {
  chats,  ///< an object with a list of chats
  list,  ///< an object with a list of things
  array,  ///< a list of things
  other
};

/// By name and the first character of the value.
inline Section section_of(std::string_view name, char first) {
  if (first == '{' && (name == "chats" || name == "left_chats")) return Section::chats;
  if (first == '{' &&
      (name == "contacts" || name == "frequent_contacts" || name == "sessions" || name == "web_sessions"))
    return Section::list;
  if (first == '[' && (name == "profile_pictures" || name == "stories")) return Section::array;
  return Section::other;
}

}  // namespace strongroom::capture::telegram
