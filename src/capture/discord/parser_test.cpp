#include "capture/discord/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/test_damage.h"

namespace strongroom::capture::discord {
namespace {

using record::Kind;

constexpr std::string_view kChannel = R"J({
 "guild": {"id": "77", "name": "Works council"}, "channel": {"id": "78", "type": "GuildTextChat", "name": "pay"},
 "dateRange": {"after": null, "before": null}, "exportedAt": "2024-04-01T00:00:00+00:00",
 "messages": [
  {"id": "1217000000000000001", "type": "Default", "timestamp": "2024-03-10T15:05:00.5+01:00",
   "timestampEdited": "2024-03-10T15:06:00+01:00", "callEndedTimestamp": null, "isPinned": true, "content": "see",
   "author": {"id": "11", "name": "ana", "discriminator": "0000", "nickname": "Ana C", "isBot": false, "roles": []},
   "attachments": [{"id": "5", "url": "pay.json_Files/a%20b.png", "fileName": "a b.png", "fileSizeBytes": 7},
                   {"id": "6", "url": "https://cdn.example/x.pdf", "fileName": "x.pdf", "fileSizeBytes": 9}],
   "embeds": [{"title": "Page", "url": "https://example.org/", "description": "text"}],
   "stickers": [{"id": "9", "name": "Wave", "format": "Png", "sourceUrl": "https://cdn.example/9.png"}],
   "reactions": [{"emoji": {"id": "", "name": "\ud83d\udc4d", "code": "thumbsup"}, "count": 2, "users": [
      {"id": "12", "name": "rui", "discriminator": "0007"}, {"id": "11", "name": "ana"}]},
      {"emoji": {"id": "4", "name": "party"}, "count": 1, "users": [{"id": "12", "name": "rui"}]}],
   "mentions": [{"id": "12", "name": "rui", "nickname": "Rui"}], "inlineEmojis": []},
  {"id": "1217000000000000002", "type": "Reply", "timestamp": "2024-03-10T15:07:00+01:00", "content": "yes",
   "author": {"id": "12", "name": "rui", "discriminator": "0007"}, "reference": {"type": "Default",
   "messageId": "1217000000000000001", "channelId": "78", "guildId": "77"}},
  {"id": "1217000000000000003", "type": "RecipientRemove", "timestamp": "2024-03-10T15:08:00+01:00",
   "content": "Left the group.", "author": {"id": "12", "name": "rui"}, "mentions": [{"id": "12", "name": "rui"}]},
  {"id": "1217000000000000004", "type": "Call", "timestamp": "2024-03-10T15:09:00+01:00",
   "callEndedTimestamp": "2024-03-10T15:10:30+01:00", "content": "Started a call.", "author": {"id": "12"}},
  {"id": "1217000000000000005", "type": "ChannelPinnedMessage", "timestamp": "2024-03-10T15:11:00+01:00",
   "content": "Pinned a message.", "author": {"id": "12", "name": "rui"},
   "reference": {"messageId": "1217000000000000001"}},
  {"id": "1217000000000000006", "type": "Default", "content": "", "author": {"id": "12", "name": "rui"},
   "reference": {"type": "Forward", "messageId": "3"}, "forwardedMessage": {"timestamp": "2024-01-01T00:00:00+00:00",
   "content": "elsewhere", "attachments": [], "embeds": [], "stickers": []}},
  {"id": "1217000000000000007", "type": "99", "timestamp": "2024-03-10T15:12:00+01:00", "content": "?",
   "author": {"id": "12", "name": "rui"}}
 ],
 "messageCount": 8
})J";

struct Parsed {
  Outcome outcome;
  std::uint64_t found = 0;
  CollectingSink sink;
};

Parsed read(const std::vector<InputFile>& files, const Statement& statement = {}, const Limits& limits = {}) {
  Parsed out;
  out.outcome = parser().parse(files, statement, limits, out.sink).value();
  out.found = parser().count(files, statement, limits).value();
  EXPECT_EQ(out.found, out.outcome.parsed + out.outcome.refused);
  for (const record::Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}

bool doubted(const record::Record& record, std::string_view code) {
  return std::ranges::any_of(record.doubts, [&](const record::Doubt& d) { return d.code == code; });
}

TEST(Discord, EveryMessageAndEveryReactionIsARecord) {
  const std::string text(kChannel);
  const Parsed parsed = read({{"pay.json", bytes_of(text)}});
  const auto& records = parsed.sink.records;
  ASSERT_EQ(records.size(), 12u);
  EXPECT_EQ(records[0].conversation.id, "discord:channel:78");
  EXPECT_EQ(records[0].conversation.title, "Works council / pay");
  EXPECT_EQ(records[1].sent_at.unix_ms, 1710079500500);
  EXPECT_EQ(records[1].author->id, "discord:user:11");
  EXPECT_EQ(records[1].author->name, "Ana C");
  EXPECT_EQ(records[1].author->addresses, std::vector<std::string>{"username:ana"});
  EXPECT_EQ(records[1].people.at(0).role, "mentioned");
  EXPECT_TRUE(std::get<bool>(records[1].extra.at("edited")));
  EXPECT_EQ(records[2].kind, Kind::reaction);
  EXPECT_EQ(records[2].author->addresses, std::vector<std::string>{"username:rui#0007"});
  EXPECT_EQ(records[2].target->native_id, "1217000000000000001");
  EXPECT_EQ(records[4].text, ":party:");
  EXPECT_EQ(records[5].reply_to->native_id, "1217000000000000001");
  EXPECT_EQ(records[6].kind, Kind::membership);
  EXPECT_EQ(records[6].people.at(0).role, "left");
  EXPECT_EQ(std::get<std::uint64_t>(records[7].extra.at("duration_s")), 90u);
  EXPECT_EQ(records[8].kind, Kind::pin);
  EXPECT_EQ(records[8].target->native_id, "1217000000000000001");
  EXPECT_EQ(records[9].text, "elsewhere");
  EXPECT_FALSE(records[9].reply_to);
  EXPECT_TRUE(doubted(records[9], "no-own-time"));
  EXPECT_EQ(records[9].sent_at.unix_ms / 86400000, 19794);  // its id was given on 2024-03-12
  EXPECT_EQ(records[10].kind, Kind::notice);
  EXPECT_TRUE(doubted(records[10], "unknown-kind"));
  EXPECT_TRUE(doubted(records[11], "count-differs"));
}

TEST(Discord, ReactionsWithEmojiOfOneNameOrNoneAreToldApart) {
  const std::string_view text =
      R"({"guild":{"id":"0"},"channel":{"id":"1"},"messages":[{"id":"5","timestamp":"2024-03-10T15:05:00Z","reactions":[
        {"emoji":{"id":"71","name":"pepe"},"users":[{"id":"12"}]},{"emoji":{"id":"72","name":"pepe"},"users":[{"id":"12"}]},
        {"emoji":{"id":"73","name":""},"users":[{"id":"12"}]},{"emoji":{"id":"74","name":""},"users":[{"id":"12"}]}]}]})";
  const Parsed parsed = read({{"f", bytes_of(text)}});
  std::set<Hash256> identities;
  for (const record::Record& r : parsed.sink.records) identities.insert(record::identity_of(r));
  EXPECT_EQ(identities.size(), 6u);
  EXPECT_EQ(parsed.sink.records.at(2).text, ":pepe:");
  EXPECT_EQ(parsed.sink.records.at(4).text, ":73:");
}

TEST(Discord, FilesBesideAreFoundAndThoseOnTheNetworkAreNot) {
  const std::string text(kChannel);
  const Parsed parsed =
      read({{"x/pay.json", bytes_of(text)}, {"x/pay.json_Files/a b.png", bytes_of("picture")}});
  const auto& files = parsed.sink.records.at(1).attachments;
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].state, record::AttachmentState::present);
  EXPECT_EQ(files[1].state, record::AttachmentState::not_in_source);
  EXPECT_EQ(files[2].flavour, "sticker");
  EXPECT_EQ(files[3].caption, "Page\ntext");
  EXPECT_EQ(parsed.sink.contents.size(), 1u);
}

TEST(Discord, ATextCutAnywhereLosesNothing) {
  for (std::size_t size = 1; size < kChannel.size(); ++size) {
    const std::string text(kChannel.substr(0, size));
    if (!is_export(bytes_of(text))) continue;
    const Parsed parsed = read({{"f", bytes_of(text)}});
    EXPECT_EQ(parsed.outcome.refused, 1u) << size;
    const record::Record& tail = parsed.sink.records.back();
    EXPECT_EQ(tail.original.offset + tail.original.length, size);
  }
}

/// Five messages, indented as the exporter writes them.
std::string indented_export() {
  std::string text = R"({
  "guild": {
    "id": "0"
  },
  "channel": {
    "id": "1"
  },
  "messages": [
)";
  for (int i = 0; i < 5; ++i) {
    text += R"(    {
      "id": "12)" +
            std::to_string(i) + R"(",
      "type": "Default",
      "timestamp": "2024-03-10T15:05:00Z",
      "content": "a { ] }, \" b",
      "reactions": [
        {
          "users": [
            {
              "id": "7"
            }
          ]
        }
      ]
    })" + std::string(i < 4 ? ",\n" : "\n");
  }
  return text + "  ],\n  \"messageCount\": 5\n}";
}

TEST(Discord, ADamagedByteCostsOneMessage) {
  const std::string text = indented_export();
  const std::size_t third = text.rfind("    {", text.find("\"122\"")) + 4, end = text.find("\n    }", third);
  each_damaged_byte(text, third + 1, end, 5, [](const std::string& damaged) {
    const Parsed parsed = read({{"f", bytes_of(damaged)}});
    std::set<std::string> found;
    for (const record::Record& r : parsed.sink.records) found.insert(r.native_id);
    for (const char* const id : {"120", "121", "123", "124"}) EXPECT_TRUE(found.contains(id)) << damaged;
    EXPECT_EQ(parsed.sink.records.back().kind, Kind::context) << damaged;
  });
}

TEST(Discord, WhateverIsDamagedTheCountsAgree) {
  each_damaged_text(indented_export(), 0, [](const std::string& damaged) {
    SCOPED_TRACE(damaged);
    if (is_export(bytes_of(damaged)) && !HasFailure()) (void)read({{"f", bytes_of(damaged)}});
  });
}

TEST(Discord, WhatIsNoMessageOrTooLargeIsRefusedByItself) {
  Limits limits;
  limits.item_bytes_max = 100;
  const std::string text =
      R"({"guild":{"id":"0"},"channel":{"id":"1"},"messages":[1,{"id":nul},{"content":")" +
      std::string(200, 'x') + R"("},{"id":[],"author":3,"reactions":[{"users":[1]}]}]} x)";
  const Parsed parsed = read({{"f", bytes_of(text)}}, {}, limits);
  EXPECT_EQ(parsed.outcome.refused, 4u);
  EXPECT_EQ(parsed.outcome.parsed, 3u);
}

TEST(Discord, IsKnownByContent) {
  EXPECT_EQ(parser().detect({{"noname", bytes_of(kChannel)}}), 95);
  for (const std::string_view other : {"", "{}", "[]", R"({"channel":"C1","messages":[]})",
                                       R"({"name":"x","type":"personal_chat","id":1,"messages":[]})"})
    EXPECT_EQ(parser().detect({{"f", bytes_of(other)}}), 0);
}

TEST(Discord, TheSamplesGiveWhatPeopleSee) {
  STRONGROOM_CORPUS(directory, "samples/discord/mlomb__chat-analytics/tests/samples/discord");
  std::ifstream in(directory / "DM_2A_2M.json", std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  const std::string text = content.str();
  const Parsed parsed = read({{"f", bytes_of(text)}});
  ASSERT_EQ(parsed.sink.records.size(), 5u);
  EXPECT_TRUE(parsed.sink.records[1].outgoing);
  EXPECT_FALSE(parsed.sink.records[2].outgoing);
  EXPECT_EQ(parsed.sink.records[2].author->name, "Someones nickname");
  EXPECT_EQ(parsed.sink.records[3].kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(parsed.sink.records[3].extra.at("duration_s")), 15098u);
}

}  // namespace
}  // namespace strongroom::capture::discord
