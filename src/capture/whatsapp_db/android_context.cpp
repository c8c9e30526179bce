#include "capture/whatsapp_db/android_context.h"

#include <fmt/format.h>

namespace strongroom::capture::whatsapp_db {
namespace {
constexpr std::size_t kJidBytesMax = 256;  ///< it goes into every record that names the person
}

AndroidContext AndroidContext::load(const Database& database, std::vector<record::Doubt>& doubts) {
  AndroidContext out;
  const auto each = [&](std::string_view table, const auto& take) {
    auto rows = database.query(fmt::format("SELECT * FROM {}", table));
    auto more = rows ? rows->next() : Result<bool>(std::unexpected(rows.error()));
    std::optional<Row> row;
    if (rows) row.emplace(*rows);
    for (; more && *more; more = rows->next()) take(*row);
    if (!more)
      doubts.push_back(
          {"database-damaged", fmt::format("the table {} is damaged: some people have no numbers", table)});
  };
  bool is_odd = false;
  each("jid", [&](Row& row) {
    Jid jid{row.text("user"), row.text("server"), row.integer("device")};
    if (jid.user.size() + jid.server.size() > kJidBytesMax) {
      is_odd = true;
      return;
    }
    out.jids_[row.integer("_id")] = std::move(jid);
  });
  if (is_odd) doubts.push_back({"implausible-id", "the table jid has an id that is longer than any is"});
  if (database.has_column("jid_map", "lid_row_id"))
    each("jid_map", [&](Row& row) { out.phone_of_[row.integer("lid_row_id")] = row.integer("jid_row_id"); });
  return out;
}

record::Person AndroidContext::person(std::int64_t jid_row) const {
  const auto found = jids_.find(jid_row);
  if (found == jids_.end()) return {};
  record::Person out = person_of(found->second.user, found->second.server);
  if (const auto phone = phone_of_.find(jid_row); phone != phone_of_.end()) {
    if (const auto known = jids_.find(phone->second); known != jids_.end()) {
      const record::Person number = person_of(known->second.user, known->second.server);
      out.addresses.insert(out.addresses.end(), number.addresses.begin(), number.addresses.end());
    }
  }
  return out;
}

std::string AndroidContext::jid(std::int64_t jid_row) const {
  const auto found = jids_.find(jid_row);
  return found == jids_.end() ? std::string{}
                              : fmt::format("{}@{}", found->second.user, found->second.server);
}

std::int64_t AndroidContext::device(std::int64_t jid_row) const {
  const auto found = jids_.find(jid_row);
  return found == jids_.end() ? 0 : found->second.device;
}

record::Target AndroidContext::target_of(Row& message) const {
  const bool mine = message.integer("from_me") != 0;
  const Chat& in = chat(message.integer("chat_row_id"));
  record::Person author = mine ? self() : person(message.integer("sender_jid_row_id"));
  if (author.id.empty() && !in.is_group) author = person(in.jid_row);
  return {native_id(message.text("key_id"), mine, author), author.id, message.integer("timestamp"), {}};
}

record::Conversation conversation_of(std::string_view jid, std::string_view subject) {
  record::Conversation out{
      fmt::format("whatsapp:{}", jid.empty() ? "unknown" : jid), std::string(subject), {}};
  if (jid.ends_with("@g.us") || jid.ends_with("@newsletter")) {
    out.kind = record::ConversationKind::group;
  } else if (jid.ends_with("broadcast")) {
    out.kind = record::ConversationKind::broadcast;
  } else if (!jid.empty()) {
    out.kind = record::ConversationKind::direct;
  }
  if (!out.title.empty() || jid.empty()) return out;
  const record::Person other = person_of_jid(jid);
  out.title = other.addresses.empty() ? std::string(jid) : other.addresses.front().substr(4);
  return out;
}

std::string native_id(std::string_view key_id, bool from_me, const record::Person& sender) {
  return fmt::format("{}/{}", key_id, from_me ? "self" : sender.id);
}

void AndroidContext::add(std::int64_t chat_row, Row& row) {
  Chat chat;
  chat.jid_row = row.integer("jid_row_id");
  chat.conversation = conversation_of(jid(chat.jid_row), row.text("subject"));
  if (chat.conversation.id == "whatsapp:unknown")
    chat.conversation.id = fmt::format("whatsapp:chat:{}", chat_row);
  chat.is_group = chat.conversation.kind == record::ConversationKind::group ||
                  chat.conversation.kind == record::ConversationKind::broadcast;
  chats_[chat_row] = std::move(chat);
}

const AndroidContext::Chat& AndroidContext::chat(std::int64_t chat_row) const {
  const auto found = chats_.find(chat_row);
  return found == chats_.end() ? nowhere_ : found->second;
}

}  // namespace strongroom::capture::whatsapp_db
