#include "capture/slack/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/collecting_sink.h"
#include "capture/test_damage.h"

namespace strongroom::capture::slack {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kUsers =
    R"([{"id":"U02AB","team_id":"T01","name":"ana","profile":{"real_name":"Ana Costa","email":"ana@example.org"}},
        {"id":"U03CD","team_id":"T01","name":"bo","profile":{"display_name":"Bo"}}])";
constexpr std::string_view kChannels =
    R"([{"id":"C0AAA","name":"general","created":1400000000,"members":["U02AB","U03CD"]}])";
constexpr std::string_view kDay = R"([
 {"type":"message","user":"U02AB","text":"hello <@U03CD>","ts":"1555493779.000200","client_msg_id":"x",
  "thread_ts":"1555493779.000200","reply_count":1,
  "edited":{"user":"U02AB","ts":"1555493799.000000"},
  "reactions":[{"name":"tada","users":["U02AB","U03CD"],"count":2}]},
 {"type":"message","user":"U03CD","text":"see","ts":"1555493780.000300","thread_ts":"1555493779.000200",
  "parent_user_id":"U02AB",
  "files":[{"id":"F01","name":"plan.pdf","mimetype":"application/pdf","size":3,
            "url_private":"https://files.slack.com/F01/plan.pdf?t=xoxe-1"},
           {"id":"F02","mode":"hidden_by_limit"}]},
 {"type":"message","subtype":"channel_join","user":"U03CD","inviter":"U02AB","text":"<@U03CD> has joined","ts":"1555493781.000000"},
 {"type":"message","subtype":"channel_name","user":"U02AB","old_name":"a","name":"general","text":"renamed","ts":"1555493782.000000"},
 {"type":"message","subtype":"bot_message","bot_id":"B09","username":"ci","text":"","ts":"1555493783.000000",
  "attachments":[{"pretext":"build","text":"done"},{"from_url":"https://a.b","title":"A"}]},
 {"type":"message","subtype":"tombstone","user":"USLACKBOT","text":"This message was deleted.","ts":"1555493784.000000"},
 {"type":"message","subtype":"message_changed","ts":"1555493785.000000",
  "message":{"user":"U02AB","text":"new","ts":"1555493779.000200"},"original":{"user":"U02AB","text":"old","ts":"1555493779.000200"}},
 {"type":"message","subtype":"message_deleted","deleted_ts":"1555493780.000300","ts":"1555493786.000000",
  "previous_message":{"user":"U03CD","text":"see","ts":"1555493780.000300"}},
 {"type":"message","subtype":"brand_new","user":"U02AB","text":"?","ts":"1555493787.000000"},
 {"type":"message","user":"U02AB","text":"no time","ts":1555493787.5}
])";

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
};

Parsed parse(const Parser& parser, const std::vector<InputFile>& files, const Statement& statement = {}) {
  Parsed out;
  out.outcome = parser.parse(files, statement, {}, out.sink).value();
  out.found = parser.count(files, statement, {}).value();
  EXPECT_EQ(out.found, out.outcome.parsed + out.outcome.refused);
  for (const Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    EXPECT_TRUE(again && *again == record) << record.native_id;
  }
  return out;
}

bool doubts(const Record& record, std::string_view code) {
  return std::ranges::any_of(record.doubts, [&](const record::Doubt& d) { return d.code == code; });
}

const std::vector<InputFile> kExport{{"x.zip/general/2019-04-17.json", bytes_of(kDay)},
                                     {"x.zip/channels.json", bytes_of(kChannels)},
                                     {"x.zip/users.json", bytes_of(kUsers)},
                                     {"x.zip/general/attachments/F01-plan.pdf", bytes_of("pdf")}};

TEST(SlackExport, MessagesHaveTheNamesOfTheListsThoughTheseComeLater) {
  const Parsed parsed =
      parse(export_parser(), kExport, {.zone = {}, .date_order = {}, .custodian_name = "ana"});
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const auto& records = parsed.sink.records;
  ASSERT_EQ(records.size(), 3u + 10 + 2);
  const Record& hello = records[3];
  EXPECT_EQ(hello.kind, Kind::message);
  EXPECT_EQ(hello.conversation.id, "slack:channel:C0AAA");
  EXPECT_EQ(hello.author->name, "Ana Costa");
  EXPECT_EQ(hello.author->addresses.at(0), "mailto:ana@example.org");
  EXPECT_TRUE(hello.outgoing);
  EXPECT_EQ(hello.text, "hello @Bo");
  EXPECT_EQ(hello.ranges.at(0).mention_id, "slack:U03CD");
  EXPECT_EQ(hello.native_id, "1555493779.000200");
  EXPECT_EQ(hello.sent_at.unix_ms, 1'555'493'779'000);
  EXPECT_EQ(std::get<std::string>(hello.extra.at("edited_at")), "2019-04-17T09:36:39Z");
  EXPECT_EQ(std::get<std::string>(hello.extra.at("mrkdwn")), "hello <@U03CD>");
  EXPECT_EQ(text_of(hello.original.bytes), kDay.substr(hello.original.offset, hello.original.length));
  EXPECT_EQ(hello.people.size(), 2u);
}

TEST(SlackExport, EveryReactionIsARecordOfItsOwn) {
  const Parsed parsed = parse(export_parser(), kExport);
  const Record& reaction = parsed.sink.records[5];
  EXPECT_EQ(reaction.kind, Kind::reaction);
  EXPECT_EQ(reaction.author->name, "Bo");
  EXPECT_EQ(reaction.text, ":tada:");
  EXPECT_EQ(reaction.target->native_id, "1555493779.000200");
  EXPECT_TRUE(doubts(reaction, "no-own-time"));
  EXPECT_TRUE(reaction.original.within);
}

TEST(SlackExport, RepliesFilesMembershipRenamesBotsAndDeletionsAreWhatTheyAre) {
  const Parsed parsed = parse(export_parser(), kExport);
  const Record* r = parsed.sink.records.data() + 6;
  EXPECT_EQ(r[0].reply_to->native_id, "1555493779.000200");
  EXPECT_EQ(r[0].attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(r[0].attachments.at(0).source_reference, "https://files.slack.com/F01/plan.pdf");
  EXPECT_EQ(r[0].attachments.at(1).state, record::AttachmentState::omitted);
  EXPECT_EQ(r[1].kind, Kind::membership);
  EXPECT_EQ(r[1].author->name, "Ana Costa");
  EXPECT_EQ(r[1].people.at(0).role, "added");
  EXPECT_EQ(r[2].kind, Kind::rename);
  EXPECT_EQ(std::get<std::string>(r[2].extra.at("old_name")), "a");
  EXPECT_EQ(r[3].author->id, "slack:bot:B09");
  EXPECT_EQ(r[3].text, "build\ndone");
  EXPECT_EQ(r[3].attachments.at(0).flavour, "link_preview");
  EXPECT_EQ(r[4].kind, Kind::deletion);
  EXPECT_EQ(r[5].kind, Kind::edit);
  EXPECT_EQ(r[5].text, "new");
  EXPECT_EQ(r[5].target->text, "old");
  EXPECT_EQ(r[6].kind, Kind::deletion);
  EXPECT_EQ(r[6].target->native_id, "1555493780.000300");
  EXPECT_FALSE(r[6].author);
  EXPECT_EQ(r[7].kind, Kind::notice);
  EXPECT_TRUE(doubts(r[7], "unknown-kind"));
  EXPECT_TRUE(doubts(r[8], "no-time"));
}

TEST(SlackExport, AMalformedMessageIsRefusedAndTheNextIsRead) {
  const std::string_view day =
      R"([{"type":"message","user":"U02AB","text":"a","ts":"1555493779.000200"},{"type":"message",,"reactions":[{"users":[1,2]}]},
          7,{"type":"message","user":"U02AB","text":"b","ts":"1555493780.000200"},{"type")";
  const Parsed parsed = parse(export_parser(), {{"general/2019-04-17.json", bytes_of(day)}});
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 3u);
  EXPECT_EQ(parsed.sink.records[1].doubts[0].code, "malformed-json");
  EXPECT_EQ(parsed.sink.records[2].doubts[0].code, "not-an-object");
  EXPECT_EQ(parsed.sink.records[4].doubts[0].code, "cut-off");
  EXPECT_EQ(parsed.sink.records[0].conversation.id, "slack:name:general");
}

/// Five messages, indented as Slack writes them.
std::string indented_day() {
  std::string day = "[\n";
  for (int i = 0; i < 5; ++i) {
    day += R"(    {
        "type": "message",
        "user": "U02AB",
        "text": "a { ] }, \" b",
        "ts": "155549378)" +
           std::to_string(i) + R"(.000200",
        "reactions": [
            {
                "name": "x",
                "users": ["U1", "U2"]
            }
        ]
    })" + std::string(i < 4 ? ",\n" : "\n");
  }
  return day + "]\n";
}

std::size_t messages_but_the_third(const Parsed& parsed) {
  std::set<std::string> found;
  for (const Record& r : parsed.sink.records)
    if (r.kind == Kind::message) found.insert(r.native_id);
  std::size_t out = 0;
  for (const char* const ts :
       {"1555493780.000200", "1555493781.000200", "1555493783.000200", "1555493784.000200"})
    out += found.count(ts);
  return out;
}

TEST(SlackExport, ADamagedByteCostsOneMessage) {
  const std::string day = indented_day();
  const std::size_t third = day.rfind("    {", day.find("1555493782")) + 4, end = day.find("\n    }", third);
  each_damaged_byte(day, third + 1, end, 5, [](const std::string& damaged) {
    const Parsed parsed = parse(export_parser(), {{"general/2019-04-17.json", bytes_of(damaged)}});
    EXPECT_EQ(messages_but_the_third(parsed), 4u) << damaged;
  });
}

TEST(SlackExport, WhateverIsDamagedTheCountsAgree) {
  each_damaged_text(indented_day(), 8, [](const std::string& damaged) {
    SCOPED_TRACE(damaged);
    if (!HasFailure()) (void)parse(export_parser(), {{"general/2019-04-17.json", bytes_of(damaged)}});
  });
}

TEST(SlackExport, ADumpSaysWhoseMessagesItHoldsAndCarriesItsThreads) {
  const std::string_view dump =
      R"({"channel_id":"C0AAA","name":"all","messages":[{"type":"message","user":"U02AB","text":"a","ts":"1555493779.000200",
      "slackdump_thread_replies":[{"type":"message","user":"U03CD","text":"b","ts":"1555493780.000200","reactions":[{"name":"x","users":["U02AB"],"count":5}]},null]}]})";
  const Parsed parsed = parse(export_parser(), {{"C0AAA.json", bytes_of(dump)}});
  ASSERT_EQ(parsed.sink.records.size(), 5u);
  EXPECT_EQ(parsed.sink.records[0].conversation.id, "slack:channel:C0AAA");
  EXPECT_TRUE(doubts(parsed.sink.records[1], "reactions-cut"));
  EXPECT_EQ(parsed.sink.records[4].kind, Kind::context);
  EXPECT_EQ(parsed.sink.records[4].conversation.title, "all");
}

TEST(SlackExport, DepthNumbersAndWrongTypesDoNotBringItDown) {
  std::string deep = R"([{"type":"message","user":"U02AB","text":"a","ts":"1555493779.000200","blocks":)";
  deep += std::string(100'000, '[');
  (void)parse(export_parser(), {{"a/2019-04-17.json", bytes_of(deep)}});
  const std::string_view odd =
      R"([{"type":"message","user":7,"text":{},"ts":"99999999999.999999","files":{},"file":[1],"reactions":[1,{"users":3},{"users":[null,{}]}],"attachments":[1,{}],"blocks":[1],"edited":1,"thread_ts":[]}])";
  const Parsed parsed = parse(export_parser(), {{"a/2019-04-17.json", bytes_of(odd)}});
  EXPECT_EQ(parsed.outcome.parsed, 3u);
  EXPECT_TRUE(doubts(parsed.sink.records[0], "implausible-time"));
}

TEST(SlackExport, NamesThatAreNotUtf8AreRepairedWhereverTheyStand) {
  const std::string_view day =
      "[{\"type\":\"message\",\"user\":\"U\xFF\",\"text\":\"a\",\"ts\":\"1555493779.000200\","
      "\"reactions\":[{\"name\":\"x\",\"users\":[\"U\xFF\"]}]}]";
  EXPECT_EQ(parse(export_parser(), {{"a/2019-04-17.json", bytes_of(day)}}).outcome.parsed, 2u);
}

TEST(SlackEvents, LinesOfTheLiveInterfacesAreReadOneByOne) {
  const std::string_view lines =
      R"({"type":"reaction_added","user":"U02AB","reaction":"tada","item":{"type":"message","channel":"C0AAA","ts":"1555493779.000200"},"item_user":"U03CD","event_ts":"1555493790.000100"}
{"type":"reaction_removed","user":"U02AB","reaction":"tada","item":{"type":"message","channel":"C0AAA","ts":"1555493779.000200"},"event_ts":"1555493791.000100"}
{"token":"secret","team_id":"T01","type":"event_callback","event_id":"Ev1","event":{"type":"message","channel":"D0AAA","user":"U02AB","text":"hi","ts":"1555493792.000100"}}
{"type":"member_left_channel","user":"U02AB","channel":"C0AAA","event_ts":"1555493793.000100"}
{"type":"channel_rename","channel":{"id":"C0AAA","name":"new","created":1},"event_ts":"1555493794.000100"}
{"type":"user_typing","channel":"C0AAA","user":"U02AB"}
{"type":"im_marked","channel":"D0AAA","ts":"1555493792.000100","event_ts":"1555493795.000100"}
{"type":"reconnect_url","url":"wss://secret"}
{"type":"of_tomorrow","event_ts":"1555493796.000100"}
broken
)";
  const Parsed parsed = parse(events_parser(), {{"rtm.jsonl", bytes_of(lines)}});
  const auto& r = parsed.sink.records;
  ASSERT_EQ(r.size(), 10u);
  EXPECT_EQ(r[0].text, ":tada:");
  EXPECT_EQ(r[0].conversation.id, "slack:channel:C0AAA");
  EXPECT_EQ(r[0].target->author_id, "slack:U03CD");
  EXPECT_EQ(r[1].text, "");
  EXPECT_EQ(std::get<std::string>(r[1].extra.at("removed")), ":tada:");
  EXPECT_EQ(r[2].text, "hi");
  EXPECT_EQ(r[2].conversation.kind, record::ConversationKind::direct);
  EXPECT_FALSE(r[2].extra.contains("callback.token"));
  EXPECT_EQ(r[3].people.at(0).role, "left");
  EXPECT_EQ(r[4].kind, Kind::rename);
  EXPECT_EQ(r[4].conversation.title, "new");
  EXPECT_EQ(r[5].kind, Kind::context);
  EXPECT_EQ(r[6].kind, Kind::receipt);
  EXPECT_FALSE(r[7].extra.contains("url"));
  EXPECT_TRUE(doubts(r[8], "unknown-kind"));
  EXPECT_EQ(r[9].kind, Kind::unparsed_original);
}

TEST(SlackEvents, WhatBearsNoTimestampIsToldApartByItsBytes) {
  const std::string_view lines = R"({"type":"message","user":"U02AB","text":"hi","ts":"1555493792.000100"}
{"type":"channel_joined","channel":{"id":"C0AAA","name":"general"}}
{"type":"channel_left","channel":"C0AAA"}
)";
  std::set<Hash256> identities;
  for (const Record& r : parse(events_parser(), {{"rtm.jsonl", bytes_of(lines)}}).sink.records)
    identities.insert(record::identity_of(r));
  const std::string_view logs = R"([
    {"user_id":"U02AB","service_type":"a","date":"1555493792","change_type":"removed"},
    {"user_id":"U02AB","service_type":"b","date":"1555493792","change_type":"removed"}])";
  for (const Record& r : parse(export_parser(), {{"integration_logs.json", bytes_of(logs)}}).sink.records)
    identities.insert(record::identity_of(r));
  EXPECT_EQ(identities.size(), 5u);
}

TEST(Slack, OtherServicesFilesAreNotItsOwn) {
  for (
      const std::string_view text :
      {R"({"name":"Ana","type":"personal_chat","id":1,"messages":[{"id":1,"type":"message","date":"2024-01-01T00:00:00","from":"Ana","text":"a"}]})",
       R"({"participants":[{"name":"a"}],"messages":[{"sender_name":"a","timestamp_ms":1,"content":"b"}]})",
       R"({"guild":{"id":"0"},"channel":{"id":"1"},"messages":[{"id":"1","timestamp":"2024-01-01T00:00:00+00:00"}]})",
       R"({"type":"m.room.message","content":{},"sender":"@a:b","event_id":"$a"})",
       R"({"type":"version","version":1})", R"({"type":"message","text":"no time"})", R"([])", R"({})", "",
       "nothing"}) {
    EXPECT_EQ(export_parser().detect({{"a.json", bytes_of(text)}}), 0) << text;
    EXPECT_EQ(events_parser().detect({{"a.json", bytes_of(text)}}), 0) << text;
  }
  EXPECT_GT(export_parser().detect({{"a", bytes_of(kDay)}}), 50);
  EXPECT_GT(export_parser().detect({{"a", bytes_of(kUsers)}}), 50);
  EXPECT_GT(export_parser().detect({{"a", bytes_of(kChannels)}}), 50);
  EXPECT_EQ(events_parser().detect({{"a", bytes_of(kDay)}}), 0);
}

}  // namespace
}  // namespace strongroom::capture::slack
