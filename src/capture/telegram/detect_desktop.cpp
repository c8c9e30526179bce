#include <algorithm>

#include "capture/json/cursor.h"
#include "capture/telegram/desktop.h"
#include "capture/telegram/parser.h"
#include "capture/telegram/people.h"
#include "capture/telegram/times.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::size_t kLookedAt = 64u << 10;
constexpr std::size_t kElementsTried = 3;

/// A string value without its quotes; "" for others and for what the end of the prefix cuts.
std::string_view plain(json::Cursor& at) {
  const auto value = at.take();
  if (!value || value->text.size() < 2 || value->text.front() != '"') return {};
  return value->text.substr(1, value->text.size() - 2);
}

/// The cursor is before an element of `messages`: does it look like Telegram's?
bool is_message(json::Cursor& at) {
  if (!at.enter_object()) return false;
  bool type = false, time = false;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    if (**name == "type") {
      const std::string_view written = plain(at);
      if (written != "message" && written != "service" && written != "unsupported") return false;
      type = true;
    } else {
      const bool text = at.peek() == '"';
      if (**name == "date_unixtime" && text) time = true;
      if (**name == "date") {
        const std::string_view written = plain(at);
        time = time || wall_seconds(written.substr(0, std::min<std::size_t>(written.size(), 19))).has_value();
      } else if (!at.take()) {
        break;
      }
    }
  }
  return type && time;
}

bool are_messages(json::Cursor& at) {
  if (!at.enter_array()) return false;
  for (std::size_t i = 0; i < kElementsTried; ++i) {
    const auto more = at.next_element();
    if (!more || !*more) return false;
    json::Cursor element = at;
    if (is_message(element)) return true;
    if (!at.take()) return false;
  }
  return false;
}

/// What the beginning of a file shows.
struct Signs {
  bool messages = false, type = false, id = false, about = false, profile = false;
  unsigned sections = 0;
  bool certain() const { return profile || (type && (id || messages)) || sections >= 3; }
  bool any() const { return messages || certain() || (about && sections >= 1) || sections >= 2; }
};

/// The members of a chat, the cursor inside it.
void look_at_chat(json::Cursor& at, Signs& signs) {
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    if (**name == "messages") {
      signs.messages = signs.messages || are_messages(at);
      return;
    }
    const bool is_number = at.peek() >= '0' && at.peek() <= '9';
    if (**name == "id" && is_number) signs.id = true;
    if (**name == "type") {
      signs.type = !id_space_of(plain(at)).empty();
    } else if (!at.take()) {
      return;
    }
  }
}

void look_at_chats(json::Cursor at, Signs& signs) {
  if (!at.enter_object()) return;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    if (**name == "list" && at.enter_array()) {
      const auto more = at.next_element();
      if (more && *more && at.enter_object()) look_at_chat(at, signs);
      return;
    }
    if (!at.take()) return;
  }
}

bool is_profile(json::Cursor at) {
  if (!at.enter_object()) return false;
  bool id = false, number = false;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    id = id || **name == "user_id";
    number = number || **name == "phone_number";
    if (!at.take()) break;
  }
  return id && number;
}

Signs look_at(std::string_view text) {
  Signs signs;
  json::Cursor at(text);
  if (!at.enter_object()) return signs;
  json::Cursor chat = at;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    const char first = at.peek();
    if (**name == "messages" && first == '[') {
      look_at_chat(chat, signs);
      return signs;
    }
    if (**name == "personal_information") signs.profile = is_profile(at);
    if (section_of(**name, first) != Section::other) ++signs.sections;
    if (section_of(**name, first) == Section::chats) look_at_chats(at, signs);
    if (**name == "about") {
      signs.about = plain(at).find("Telegram") != std::string_view::npos;
    } else if (!at.take()) {
      return signs;
    }
  }
  return signs;
}

}  // namespace

bool is_desktop(BytesView bytes, bool* certain) {
  const std::string_view text = text_of(bytes.first(std::min(bytes.size(), kLookedAt)));
  const Signs signs = look_at(text);
  if (certain != nullptr) *certain = signs.certain();
  return signs.any();
}

}  // namespace strongroom::capture::telegram
