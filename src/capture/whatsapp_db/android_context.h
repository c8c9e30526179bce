/// Who is who in msgstore.db: its tables jid, chat and, in newer ones, jid_map.
#pragma once

#include <unordered_map>

#include "capture/whatsapp_db/reading.h"

namespace strongroom::capture::whatsapp_db {

class AndroidContext {
 public:
  /// Reads jid and jid_map whole: some hundred bytes a contact. Damage ends a table, with a doubt.
  static AndroidContext load(const Database& database, std::vector<record::Doubt>& doubts);
  /// An empty id for a row that is not there.
  record::Person person(std::int64_t jid_row) const;
  std::string jid(std::int64_t jid_row) const;  ///< "user@server"
  std::int64_t device(std::int64_t jid_row) const;  ///< 0 = the telephone, or not known

  struct Chat {
    std::int64_t jid_row = 0;
    record::Conversation conversation;
    bool is_group = false;
  };
  /// The chat, or one that is called unknown.
  const Chat& chat(std::int64_t chat_row) const;
  void add(std::int64_t chat_row, Row& row);
  /// The message of a row of the table message, as others point at it.
  record::Target target_of(Row& message) const;

 private:
  struct Jid {
    std::string user, server;
    std::int64_t device = 0;
  };
  std::unordered_map<std::int64_t, Jid> jids_;
  std::unordered_map<std::int64_t, std::int64_t>
      phone_of_;  // jid row of a hidden id -> jid row of the number
  std::unordered_map<std::int64_t, Chat> chats_;
  Chat nowhere_{0, {"whatsapp:unknown", {}, record::ConversationKind::unknown}, false};
};

/// The conversation of a chat by its jid.
record::Conversation conversation_of(std::string_view jid, std::string_view subject);
/// Unique in a conversation: key ids are chosen by each sender.
std::string native_id(std::string_view key_id, bool from_me, const record::Person& sender);

}  // namespace strongroom::capture::whatsapp_db
