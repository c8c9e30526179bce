#include <algorithm>

#include "capture/telegram/test_material.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;

constexpr std::string_view kChat =
    R"("chat":{"id":222,"first_name":"Rui","last_name":"Costa","type":"private"})";
constexpr std::string_view kGroupChat =
    R"("chat":{"id":-1001234567890,"title":"Budget","type":"supergroup"})";
constexpr std::string_view kAna = R"("from":{"id":111,"is_bot":false,"first_name":"Ana","username":"ana"})";

std::string update(std::string_view kind, std::string_view body) {
  return R"({"update_id":7,")" + std::string(kind) + "\":{" + std::string(body) + "}}\n";
}
std::string message(std::string_view kind, std::string_view chat, std::string_view rest) {
  return update(kind, R"("message_id":5,"date":1710079500,)" + std::string(kAna) + "," + std::string(chat) +
                          "," + std::string(rest));
}
Parsed read_updates(const std::string& text) { return read(bot_parser(), {{"updates", bytes_of(text)}}); }

bool doubted(const record::Record& record, std::string_view code) {
  return std::ranges::any_of(record.doubts, [&](const record::Doubt& d) { return d.code == code; });
}

TEST(TelegramBot, AMessageHasTheIdsOfAnExport) {
  const record::Record r =
      read_updates(message("message", kGroupChat,
                           R"("text":"see this","entities":[{"type":"bold","offset":4,"length":4},
        {"type":"text_mention","offset":0,"length":3,"user":{"id":222}}],
        "reply_to_message":{"message_id":4,"date":1710079000,"text":"before","from":{"id":222,"first_name":"Rui"}},
        "message_thread_id":9)"))
          .records.at(0);
  EXPECT_EQ(r.conversation.id, "telegram:channel:1234567890");
  EXPECT_EQ(r.conversation.title, "Budget");
  EXPECT_EQ(r.author->id, "telegram:user:111");
  EXPECT_EQ(r.author->addresses, std::vector<std::string>{"username:ana"});
  EXPECT_EQ(r.native_id, "5");
  EXPECT_EQ(r.ranges.at(0), (record::TextRange{4, 4, "bold", ""}));
  EXPECT_EQ(r.ranges.at(1).mention_id, "telegram:user:222");
  EXPECT_EQ(r.reply_to->native_id, "4");
  EXPECT_EQ(r.reply_to->author_id, "telegram:user:222");
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("message_thread_id")), 9u);
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("update_id")), 7u);
}

TEST(TelegramBot, ABusinessAccountsOwnMessagesAreOutgoingAndItsDeletionsHaveNoTime) {
  const std::string text =
      message("business_message", kChat, R"("business_connection_id":"b","text":"a")") +
      update("edited_business_message", R"("message_id":5,"date":1710079500,"edit_date":1710079600,)" +
                                            std::string(kAna) + "," + std::string(kChat) +
                                            R"(,"business_connection_id":"b","text":"b")") +
      update("deleted_business_messages",
             R"("business_connection_id":"b",)" + std::string(kChat) + R"(,"message_ids":[5,6])") +
      update("business_connection", R"("id":"b","user":{"id":111},"user_chat_id":111,"date":1710079500)");
  const Parsed parsed = read_updates(text);
  ASSERT_EQ(parsed.records.size(), 5u);
  EXPECT_TRUE(parsed.records[0].outgoing);
  EXPECT_EQ(parsed.records[0].people.at(0).id, "telegram:user:222");
  EXPECT_EQ(parsed.records[1].kind, Kind::edit);
  EXPECT_EQ(parsed.records[1].target->native_id, "5");
  EXPECT_EQ(parsed.records[1].sent_at.unix_ms, 1710079600000);
  EXPECT_EQ(parsed.records[1].target->sent_at_ms, 1710079500000);
  EXPECT_EQ(parsed.records[3].kind, Kind::deletion);
  EXPECT_EQ(parsed.records[3].target->native_id, "6");
  EXPECT_TRUE(doubted(parsed.records[3], "no-own-time"));
  EXPECT_EQ(parsed.records[4].kind, Kind::context);
}

TEST(TelegramBot, ReactionsVotesAndMembersAreRecords) {
  const std::string text =
      update("message_reaction", R"("message_id":5,"date":1710079500,"user":{"id":111,"first_name":"Ana"},)" +
                                     std::string(kGroupChat) +
                                     R"(,"old_reaction":[],"new_reaction":[{"type":"emoji","emoji":"x"},
                                     {"type":"custom_emoji","custom_emoji_id":"77"}])") +
      update("message_reaction", R"("message_id":5,"date":1710079500,"user":{"id":111},)" +
                                     std::string(kGroupChat) +
                                     R"(,"old_reaction":[{"type":"emoji","emoji":"x"}],"new_reaction":[])") +
      update("poll_answer", R"("poll_id":"9","user":{"id":111},"option_ids":[0,2])") +
      update("chat_member", R"("date":1710079500,)" + std::string(kAna) + "," + std::string(kGroupChat) +
                                R"(,"old_chat_member":{"user":{"id":222},"status":"member"},
                                "new_chat_member":{"user":{"id":222,"first_name":"Rui"},"status":"kicked"})") +
      message("message", kGroupChat, R"("new_chat_members":[{"id":111,"first_name":"Ana"},{"id":333}])") +
      message("message", kGroupChat, R"("left_chat_member":{"id":111})") +
      message("message", kGroupChat, R"("pinned_message":{"message_id":3,"text":"p"})") +
      message("message", kGroupChat, R"("new_chat_title":"New")") +
      message("message", kGroupChat,
              R"("message_auto_delete_timer_changed":{"message_auto_delete_time":60})");
  const Parsed parsed = read_updates(text);
  ASSERT_EQ(parsed.records.size(), 10u);
  EXPECT_EQ(parsed.records[1].text, "77");
  EXPECT_EQ(parsed.records[2].text, "");
  EXPECT_EQ(parsed.records[3].text, "0,2");
  EXPECT_EQ(parsed.records[4].people.at(0).role, "removed");
  EXPECT_EQ(parsed.records[5].people.at(0).role, "joined");
  EXPECT_EQ(parsed.records[5].people.at(1).role, "added");
  EXPECT_EQ(parsed.records[6].people.at(0).role, "left");
  EXPECT_EQ(parsed.records[7].kind, Kind::pin);
  EXPECT_EQ(parsed.records[8].kind, Kind::rename);
  EXPECT_EQ(std::get<std::uint64_t>(parsed.records[9].extra.at("expires_in_ms")), 60000u);
}

TEST(TelegramBot, FilesAreNamedAndNotInTheSource) {
  const Parsed parsed =
      read_updates(message("message", kChat,
                           R"("photo":[{"file_id":"s","width":1},{"file_id":"l","width":9}],"caption":"look",
        "caption_entities":[{"type":"italic","offset":0,"length":4}])") +
                   message("message", kChat,
                           R"("animation":{"file_id":"g"},"document":{"file_id":"g","file_name":"g.mp4"})") +
                   message("message", kChat,
                           R"("poll":{"id":"9","question":"When?","options":[{"text":"Now","voter_count":1}],
        "is_closed":true})"));
  EXPECT_EQ(parsed.records.at(0).text, "look");
  EXPECT_EQ(parsed.records[0].attachments.at(0).source_reference, "l");
  EXPECT_EQ(parsed.records[0].attachments[0].state, record::AttachmentState::not_in_source);
  EXPECT_EQ(parsed.records.at(1).attachments.size(), 1u);
  EXPECT_EQ(parsed.records.at(2).poll->options.at(0), (record::PollOption{"Now", 1}));
}

TEST(TelegramBot, AnswersArraysAndLinesAreAllRead) {
  const std::string one = message("message", kChat, R"("text":"a")");
  const std::string bare = one.substr(0, one.size() - 1);
  for (const std::string& text :
       {one + one, "[" + bare + "," + bare + "]", R"({"ok":true,"result":[)" + bare + "," + bare + "]}"}) {
    EXPECT_EQ(bot_parser().detect({{"f", bytes_of(text)}}), 90) << text;
    EXPECT_EQ(read_updates(text).records.size(), 2u) << text;
  }
  const Parsed broken = read_updates(one + "rubbish\n{\"update_id\":8}\n{\"x\":{}}\n" +
                                     update("new_thing", "\"a\":1") + bare.substr(0, 40));
  EXPECT_EQ(broken.outcome.refused, 3u);
  EXPECT_EQ(broken.outcome.parsed, 3u);
  EXPECT_TRUE(doubted(broken.records.at(4), "unknown-kind"));
}

TEST(TelegramBot, IsKnownByContent) {
  for (const std::string_view other :
       {std::string_view(""), std::string_view("{}"), std::string_view("[]"),
        std::string_view(R"({"update_id":1})"), std::string_view(R"({"message":{"update_id":3}})"), kGroup})
    EXPECT_EQ(bot_parser().detect({{"f", bytes_of(other)}}), 0) << other;
  EXPECT_EQ(desktop_parser().detect({{"f", bytes_of(message("message", kChat, R"("text":"a")"))}}), 0);
}

}  // namespace
}  // namespace strongroom::capture::telegram
