#include <fmt/format.h>

#include "capture/imessage/reading.h"
#include "capture/telephone/telephone.h"

namespace strongroom::capture::imessage {

Directory::Directory(const Database& database, std::vector<record::Doubt>& doubts)
    : chat_of_message_(database, "chat_message_join", "message_id", "chat_id"),
      recoverable_(database, "chat_recoverable_message_join", "message_id", "chat_id"),
      people_of_chat_(database, "chat_handle_join", "chat_id", "handle_id") {
  auto rows = database.query("SELECT ROWID, id FROM handle");
  auto more = rows ? rows->next() : Result<bool>(std::unexpected(rows.error()));
  for (; more && *more; more = rows->next())
    handles_[rows->integer(0)] = telephone::person_of(rows->text(1), {});
  const auto say = [&](bool is_damaged, std::string_view table, std::string_view what) {
    if (is_damaged)
      doubts.push_back({"database-damaged", fmt::format("the table {} is damaged: {}", table, what)});
  };
  say(!more, "handle", "some messages name no sender");
  say(chat_of_message_.is_damaged(), "chat_message_join", "some messages are not in their chat");
  say(recoverable_.is_damaged(), "chat_recoverable_message_join", "some messages are not in their chat");
  say(people_of_chat_.is_damaged(), "chat_handle_join", "some chats do not name all their people");
}

record::Person Directory::person(std::int64_t handle) const {
  const auto found = handles_.find(handle);
  return found == handles_.end() ? record::Person{} : found->second;
}

record::Conversation Directory::conversation(std::int64_t message, const record::Person& other) const {
  auto chat = chat_of_message_.first_of(message);
  if (!chat) chat = recoverable_.first_of(message);
  if (chat) {
    const auto found = chats_.find(*chat);
    if (found != chats_.end()) return found->second;
    return {fmt::format("imessage:chat:{}", *chat), {}, record::ConversationKind::unknown};
  }
  if (other.id.empty() || other.role == "self")
    return {"imessage:unknown", {}, record::ConversationKind::unknown};
  return {"imessage:" + other.id, {}, record::ConversationKind::direct};
}

Result<void> Directory::take_chats(const std::string& file, const Database& database,
                                   database::Damage& damage, std::vector<record::Doubt>& doubts_of_first,
                                   Tally& tally) {
  if (!database.has_column("chat", "guid")) return {};
  auto rows = database.query("SELECT ROWID AS rowid_, * FROM chat ORDER BY ROWID");
  if (!rows) return damage.refuse("chat", rows.error().what);
  Row row(*rows);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    const std::int64_t id = row.integer("rowid_");
    const std::string guid = row.text("guid"), identifier = row.text("chat_identifier");
    const bool is_group = row.integer("style") == 43 || guid.find(";+;") != std::string::npos;
    record::Record out;
    out.kind = record::Kind::context;
    out.conversation.kind = is_group ? record::ConversationKind::group : record::ConversationKind::direct;
    // One person's SMS and iMessages are two chats, and one conversation.
    out.conversation.id = "imessage:" + (is_group ? guid : telephone::address_id(identifier));
    out.conversation.title = row.text("display_name");
    for (const std::int64_t handle : people_of_chat_.of(id)) {
      record::Person member = person(handle);
      member.role = "member";
      if (!member.id.empty()) out.people.push_back(std::move(member));
    }
    if (out.conversation.title.empty()) out.conversation.title = is_group ? "" : identifier;
    chats_[id] = out.conversation;
    out.native_id = "chat/" + guid;
    out.extra["object"] = std::string("chat");
    out.extra["service"] = row.text("service_name");
    out.doubts = std::exchange(doubts_of_first, {});
    std::string original;
    database::append_row(original, "chat", *rows);
    set_original(out, file, original);
    TRY(tally.record(std::move(out)));
  }
  return more ? Result<void>{} : damage.refuse("chat", more.error().what);
}

void set_original(record::Record& record, const std::string& file, std::string_view rows) {
  const std::string text = fmt::format("{{{}}}", rows);
  record.original.bytes = copy_of(bytes_of(text));
  record.original.length = text.size();
  record.original.file = file;
}

}  // namespace strongroom::capture::imessage
