#include <algorithm>

#include "capture/telegram/test_material.h"
#include "capture/test_damage.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;

Parsed read_json(const std::string& text, const Statement& statement = {}, const Limits& limits = {}) {
  return read(desktop_parser(), {{"result.json", bytes_of(text)}}, statement, limits);
}

bool doubted(const record::Record& record, std::string_view code) {
  return std::ranges::any_of(record.doubts, [&](const record::Doubt& d) { return d.code == code; });
}

std::string one_message(std::string_view members) {
  return R"({"name":"Rui","type":"personal_chat","id":222,"messages":[{"id":1,"type":"message",)" +
         std::string(members) + "}]}";
}

TEST(TelegramDesktop, EveryMessageAndEveryNamedReactionIsARecord) {
  const Parsed parsed = read_json(std::string(kGroup));
  ASSERT_EQ(parsed.records.size(), 10u);
  EXPECT_EQ(parsed.found, 10u);
  EXPECT_EQ(parsed.records[0].kind, Kind::context);
  EXPECT_EQ(parsed.records[1].kind, Kind::membership);
  EXPECT_EQ(parsed.records[3].kind, Kind::reaction);
  EXPECT_EQ(parsed.records[7].kind, Kind::poll);
  EXPECT_EQ(parsed.records[8].kind, Kind::pin);
  EXPECT_EQ(parsed.records[8].target->native_id, "2");
  EXPECT_EQ(parsed.records[9].kind, Kind::notice);
  EXPECT_TRUE(doubted(parsed.records[9], "left-out-by-exporter"));
  EXPECT_TRUE(doubted(parsed.records[9], "no-own-time"));
  for (const record::Record& r : parsed.records) {
    EXPECT_EQ(r.conversation.id, "telegram:channel:1234567890");
    EXPECT_EQ(r.source, "telegram-desktop");
    if (r.original.within) continue;
    EXPECT_EQ(text_of(r.original.bytes), kGroup.substr(r.original.offset, r.original.length));
  }
}

TEST(TelegramDesktop, PeopleAddedBearTheNamesTheExportGives) {
  const record::Record r = read_json(std::string(kGroup)).records.at(1);
  EXPECT_EQ(r.author->id, "telegram:user:111");
  ASSERT_EQ(r.people.size(), 2u);
  EXPECT_EQ(r.people[0].id, "name:Rui");
  EXPECT_EQ(r.people[0].role, "added");
  EXPECT_EQ(r.people[1].id, "");
  EXPECT_EQ(said(r, "event"), "create_group");
}

TEST(TelegramDesktop, TextIsJoinedAndRangesCountAsUtf16) {
  const record::Record r = read_json(std::string(kGroup)).records.at(2);
  EXPECT_EQ(r.text, "\U0001F600 see this pageRui");
  ASSERT_EQ(r.ranges.size(), 3u);
  EXPECT_EQ(r.ranges[0], (record::TextRange{7, 4, "bold", ""}));
  EXPECT_EQ(r.ranges[1], (record::TextRange{11, 5, "link", ""}));
  EXPECT_EQ(r.ranges[2], (record::TextRange{16, 3, "mention", "telegram:user:222"}));
  EXPECT_NE(said(r, "text_entities").find("https://example.org/"), std::string::npos);
  EXPECT_EQ(r.sent_at.unix_ms, 1710079560000);
  EXPECT_EQ(r.sent_at.certainty, record::ZoneCertainty::instant);
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("edited_at_ms")), 1710079620000u);
}

TEST(TelegramDesktop, AReactionTakesItsZoneFromItsMessage) {
  const Parsed parsed = read_json(std::string(kGroup));
  const record::Record& r = parsed.records.at(3);
  EXPECT_EQ(r.text, "\U0001F44D");
  EXPECT_EQ(r.author->id, "telegram:user:222");
  EXPECT_EQ(r.target->native_id, "2");
  EXPECT_EQ(r.target->author_id, "telegram:user:111");
  EXPECT_EQ(r.sent_at.zone, "+01:00");
  EXPECT_EQ(r.sent_at.certainty, record::ZoneCertainty::assumed);
  EXPECT_EQ(r.sent_at.unix_ms, 1710082800000);
  EXPECT_EQ(r.original.within.has_value(), true);
  EXPECT_EQ(parsed.records.at(4).author->id, "telegram:channel:9");
}

TEST(TelegramDesktop, FilesBesideAreFoundAndLeftOutOnesSaidToBe) {
  const std::string text(kGroup);
  const Parsed parsed = read(desktop_parser(), {{"ChatExport/result.json", bytes_of(text)},
                                                {"ChatExport/photos/photo_1.jpg", bytes_of("picture")}});
  EXPECT_EQ(parsed.found, 11u);
  ASSERT_EQ(parsed.contents.size(), 1u);
  const record::Record& photo = parsed.records.at(5);
  EXPECT_EQ(photo.attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(photo.attachments[0].sha256, parsed.contents[0].first.attachments[0].sha256);
  EXPECT_EQ(photo.reply_to->native_id, "2");
  EXPECT_TRUE(photo.extra.contains("forwarded_from"));
  const record::Record& voice = parsed.records.at(6);
  EXPECT_EQ(voice.attachments.at(0).state, record::AttachmentState::omitted);
  EXPECT_EQ(voice.attachments[0].flavour, "voice");
}

TEST(TelegramDesktop, APollKeepsItsOptionsAndOnesOwnVote) {
  const record::Record r = read_json(std::string(kGroup)).records.at(7);
  ASSERT_TRUE(r.poll);
  EXPECT_EQ(r.poll->question, "When?");
  EXPECT_EQ(r.poll->options.at(0), (record::PollOption{"Now", 2}));
  EXPECT_EQ(r.poll->ended, true);
  EXPECT_EQ(said(r, "own_votes"), "Now");
}

TEST(TelegramDesktop, AWallClockWithoutInstantIsReadInTheStatedZone) {
  const std::string text =
      one_message(R"("date":"2019-07-12T16:55:32","from":"Rui","from_id":"user222","text":"a")");
  const record::Record assumed = read_json(text).records.at(1);
  EXPECT_EQ(assumed.sent_at.unix_ms, 1562950532000);
  EXPECT_EQ(assumed.sent_at.certainty, record::ZoneCertainty::assumed);
  EXPECT_TRUE(doubted(assumed, "zone-assumed"));
  Statement statement;
  statement.zone = "Europe/Lisbon";
  const record::Record stated = read_json(text, statement).records.at(1);
  EXPECT_EQ(stated.sent_at.unix_ms, 1562946932000);
  EXPECT_EQ(stated.sent_at.certainty, record::ZoneCertainty::stated);
  EXPECT_FALSE(doubted(stated, "zone-assumed"));
  statement.zone = "Mars/Base";
  CollectingSink sink;
  EXPECT_FALSE(desktop_parser().parse({{"r", bytes_of(text)}}, statement, {}, sink));
}

TEST(TelegramDesktop, InAChatOfTwoWhoeverIsNotTheOtherIsTheCustodian) {
  const std::string text =
      one_message(R"("date_unixtime":"1710079500","from":"Ana","from_id":"user111","text":"a")");
  const record::Record r = read_json(text).records.at(1);
  EXPECT_TRUE(r.outgoing);
  EXPECT_EQ(r.people.at(0).id, "telegram:user:222");
  EXPECT_EQ(r.conversation.kind, record::ConversationKind::direct);
}

TEST(TelegramDesktop, AWholeAccountGivesItsProfileContactsAndChats) {
  const std::string chat(kGroup);
  const std::string text =
      R"J({"about":"Exported from Telegram","personal_information":{"user_id":111,"first_name":"Ana",
      "phone_number":"+33 1 23","username":"@ana"},"profile_pictures":[{"date":"2024-01-01T00:00:00",
      "photo":"(Photo unavailable, please try again later)"}],"contacts":{"about":"yours","list":[
      {"user_id":222,"first_name":"Rui","last_name":"Costa","phone_number":"0044 20","date_unixtime":"1710000000"}]},
      "stories":[{"date_unixtime":"1710000001","media":"stories/a.mp4"}],
      "chats":{"about":"all","list":[)J" +
      chat + R"J(,{"type":"saved_messages","id":111,"messages":[]},7]},
      "left_chats":{"list":[]}})J";
  const Parsed parsed = read_json(text);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  EXPECT_EQ(parsed.found, 1u + 1 + 1 + 2 + 1 + 1 + 10 + 1 + 1);
  EXPECT_EQ(parsed.records.at(1).people.at(0).addresses,
            (std::vector<std::string>{"tel:+33123", "username:ana"}));
  const record::Record& contact = parsed.records.at(4);
  EXPECT_EQ(contact.people.at(0).name, "Rui Costa");
  EXPECT_EQ(contact.people.at(0).addresses.at(0), "tel:+4420");
  const auto own = std::ranges::count_if(parsed.records, &record::Record::outgoing);
  EXPECT_EQ(own, 5);  // a story, the group, two messages, a pin
  EXPECT_EQ(desktop_parser().detect({{"x", bytes_of(text)}}), 95);
}

TEST(TelegramDesktop, StoriesOfOneSecondAreTwo) {
  const std::string_view text =
      R"({"personal_information":{"user_id":1,"phone_number":"+1"},"stories":[
        {"date_unixtime":"1710000001","media":"stories/a.mp4"},{"date_unixtime":"1710000001","media":"stories/b.mp4"}]})";
  const Parsed parsed = read(desktop_parser(), {{"result.json", bytes_of(text)}});
  ASSERT_EQ(parsed.records.size(), 3u);
  EXPECT_NE(record::identity_of(parsed.records[1]), record::identity_of(parsed.records[2]));
}

TEST(TelegramDesktop, ATextCutAnywhereLosesNothing) {
  const std::string account =
      R"({"about":"Telegram","contacts":{"about":"c","list":[{"first_name":"R"}]},"chats":{"list":[)" +
      std::string(kGroup) + "]},\"x\":12}";
  for (const std::string& whole : {std::string(kGroup), account}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      const std::string text = whole.substr(0, size);
      if (!is_desktop(bytes_of(text))) continue;
      const Parsed parsed = read_json(text);
      EXPECT_EQ(parsed.outcome.refused, 1u) << size;
      const record::Record& tail = parsed.records.back();
      EXPECT_EQ(tail.doubts.at(0).code, "cut-off");
      EXPECT_EQ(tail.original.offset + tail.original.length, size);
    }
  }
}

/// Five messages of a chat, indented as Telegram writes them.
std::string indented_chat(const std::string& margin) {
  std::string text = R"( {
  "name": "Ana",
  "type": "personal_chat",
  "id": 7,
  "messages": [
)";
  for (int i = 0; i < 5; ++i) {
    text += R"(   {
    "id": 12)" +
            std::to_string(i) +
            R"(,
    "type": "message",
    "date_unixtime": "1710079500",
    "from": "Ana",
    "from_id": "user7",
    "text": "a { ] }, \" \x0B b",
    "reactions": [
     {
      "emoji": "x",
      "recent": [
       {
        "from": "Rui",
        "from_id": "user8",
        "date": "2024-03-10T16:00:00"
       }
      ]
     }
    ]
   })" + std::string(i < 4 ? ",\n" : "\n");
  }
  text += "  ]\n }";
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    text.insert(at + 1, margin);
  return margin + text;
}

/// The same as an export of one chat, and as that of an account.
std::vector<std::string> indented_exports() {
  std::string single = indented_chat("");
  for (std::size_t at = 0; at != std::string::npos; at = single.find("\n ", at + 1))
    single.erase(at == 0 ? 0 : at + 1, 1);
  return {
      single,
      "{\n \"contacts\": {\n  \"list\": [\n   {\n    \"first_name\": \"Rui\"\n   }\n  ]\n },\n \"chats\": {\n"
      "  \"list\": [\n" +
          indented_chat("  ") + ",\n" + indented_chat("  ") + "\n  ]\n }\n}"};
}

TEST(TelegramDesktop, ADamagedByteCostsOneMessage) {
  for (const std::string& text : indented_exports()) {
    const std::size_t id = text.find("\"id\": 122"), third = text.rfind('{', id);
    const std::size_t margin = third - text.rfind('\n', third);
    const std::size_t records = read_json(text).records.size();
    const std::size_t end = text.find("\n" + std::string(margin - 1, ' ') + "}", id);
    each_damaged_byte(text, third + 1, end, margin, [&](const std::string& damaged) {
      const Parsed parsed = read_json(damaged);
      EXPECT_LE(parsed.outcome.refused, 1u);
      EXPECT_GE(parsed.records.size(), records - 1);  // a message and its reaction, or what is kept of them
      for (const char* const message : {"120", "121", "123", "124"})
        EXPECT_TRUE(std::ranges::count(parsed.records, message, &record::Record::native_id) > 0) << damaged;
    });
  }
}

TEST(TelegramDesktop, WhateverIsDamagedTheCountsAgree) {
  for (const std::string& text : indented_exports()) {
    each_damaged_text(text, 1, [](const std::string& damaged) {
      SCOPED_TRACE(damaged);
      if (is_desktop(bytes_of(damaged)) && !HasFailure()) (void)read_json(damaged);
    });
  }
}

TEST(TelegramDesktop, ControlCharactersAsTelegramWritesThemAreRepaired) {
  const std::string text =
      one_message(R"("date_unixtime":"1710079500","from":"Rui","from_id":"user222","text":"a\x0Bb\\x0B")");
  const record::Record r = read_json(text).records.at(1);
  EXPECT_EQ(r.text,
            "a\x0B"
            "b\\x0B");
  EXPECT_TRUE(doubted(r, "repaired-escape"));
}

TEST(TelegramDesktop, WhatIsNoMessageOrTooLargeIsRefusedByItself) {
  Limits limits;
  limits.item_bytes_max = 200;
  const std::string text =
      R"({"type":"personal_chat","id":2,"messages":[{"id":1,"type":"message","date_unixtime":"1710079500"},
      7,{"id":nul},{"id":2,"type":"message","date_unixtime":"1","text":")" +
      std::string(300, 'x') + R"("},{"id":3,"type":"new","date_unixtime":"99999999999"}]} tail)";
  const Parsed parsed = read_json(text, {}, limits);
  ASSERT_EQ(parsed.records.size(), 7u);
  EXPECT_EQ(parsed.records[2].doubts.at(0).code, "not-a-message");
  EXPECT_EQ(parsed.records[3].doubts.at(0).code, "not-json");
  EXPECT_EQ(parsed.records[4].doubts.at(0).code, "too-large");
  EXPECT_TRUE(doubted(parsed.records[5], "unknown-kind"));
  EXPECT_TRUE(doubted(parsed.records[5], "implausible-time"));
  EXPECT_EQ(parsed.records[6].doubts.at(0).code, "after-the-end");
}

TEST(TelegramDesktop, OddTypesAndNumbersAreReadAsNothing) {
  const std::string text = one_message(
      R"("date_unixtime":"-99999999999999999999","date":5,"from":{},"from_id":[1],"text":[1,{"type":3}],"text_entities":7,
      "reactions":[1,{"recent":[3,{"from_id":"user"}]}],"poll":{"answers":[1]},"reply_to_message_id":1e400,
      "photo":"../../etc/passwd","file":"","members":{},"contact_information":[],"location_information":{"latitude":"x"})");
  const Parsed parsed = read_json(text);
  EXPECT_EQ(parsed.found, 4u);
  const std::string milder = one_message(
      R"("date_unixtime":true,"from":{},"text":[1,{"type":3}],"reactions":[1,{"recent":[3,{"from_id":"user"}]}],
      "poll":{"answers":[1]},"photo":"../../etc/passwd")");
  const Parsed read = read_json(milder);
  EXPECT_EQ(read.records.size(), 4u);
  EXPECT_EQ(read.records[1].attachments.at(0).state, record::AttachmentState::missing);
}

TEST(TelegramDesktop, IsKnownByContent) {
  EXPECT_EQ(desktop_parser().detect({{"noname", bytes_of(kGroup)}}), 95);
  EXPECT_EQ(desktop_parser().detect({{"result.json", bytes_of(R"({"guild":{"id":"0"},"channel":{"id":"1"},
      "messages":[{"id":"1","type":"Default","timestamp":"2019-01-04T17:52:39.762+00:00"}]})")}}),
            0);
  EXPECT_EQ(desktop_parser().detect({{"result.json", bytes_of(R"([{"message":"x"}])")}}), 0);
  EXPECT_EQ(desktop_parser().detect({{"result.json", bytes_of("")}}), 0);
  EXPECT_EQ(desktop_parser().detect(
                {{"result.json", bytes_of(R"({"messages":[{"type":"m.room.message","date":"x"}]})")}}),
            0);
}

}  // namespace
}  // namespace strongroom::capture::telegram
