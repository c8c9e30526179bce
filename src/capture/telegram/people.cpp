#include "capture/telegram/people.h"

#include <algorithm>
#include <utility>

namespace strongroom::capture::telegram {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string peer_id(std::string_view written) {
  for (const std::string_view space : {"user", "channel", "chat"}) {
    if (written.starts_with(space) && all_digits(written.substr(space.size())))
      return "telegram:" + std::string(space) + ":" + std::string(written.substr(space.size()));
  }
  return all_digits(written) ? "telegram:user:" + std::string(written) : std::string();
}

std::string_view id_space_of(std::string_view chat_type) {
  if (chat_type == "private_group") return "chat";
  if (chat_type.ends_with("supergroup") || chat_type.ends_with("channel")) return "channel";
  for (const std::string_view own :
       {"personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes"}) {
    if (chat_type == own) return "user";
  }
  return {};
}

record::ConversationKind kind_of(std::string_view chat_type) {
  if (chat_type == "saved_messages") return record::ConversationKind::note_to_self;
  if (chat_type.ends_with("channel")) return record::ConversationKind::broadcast;
  if (chat_type.ends_with("group")) return record::ConversationKind::group;
  return id_space_of(chat_type) == "user" ? record::ConversationKind::direct
                                          : record::ConversationKind::unknown;
}

std::optional<record::Person> person_of(std::string_view written_id, std::string name) {
  record::Person person{peer_id(written_id), std::move(name), {}, {}};
  if (person.id.empty() && !written_id.empty()) person.id = "telegram:peer:" + std::string(written_id);
  if (person.id.empty() && person.name.empty()) return std::nullopt;
  if (person.id.empty()) person.id = "name:" + person.name;
  return person;
}

record::Person named(std::string name, std::string_view role) {
  std::string id = name.empty() ? std::string() : "name:" + name;
  return {std::move(id), std::move(name), {}, std::string(role)};
}

std::string tel_of(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (digits.starts_with("00")) digits.erase(0, 2);
  return digits.empty() ? std::string() : "tel:+" + digits;
}

}  // namespace strongroom::capture::telegram
