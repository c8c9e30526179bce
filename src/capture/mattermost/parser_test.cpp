#include "capture/mattermost/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"

namespace strongroom::capture::mattermost {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kLines =
    R"({"type":"version","version":1,"info":{"generator":"mattermost-server"}}
{"type":"team","team":{"name":"ops","display_name":"Operations","type":"O"}}
{"type":"channel","channel":{"team":"ops","name":"general","display_name":"General","type":"O","header":"h"}}
{"type":"user","user":{"username":"ana","email":"ana@example.org","password":"secret","first_name":"Ana","last_name":"Costa"}}
{"type":"post","post":{"team":"ops","channel":"general","user":"ana","type":"","message":"hello","props":{"attachments":[{"text":"card"}]},"create_at":1500000000000,"edit_at":1500000001000,"is_pinned":true,"reactions":[{"user":"bo","emoji_name":"+1","create_at":1500000002000}],"replies":[{"user":"bo","message":"yes","create_at":1500000003000,"reactions":[{"user":"ana","emoji_name":"tada","create_at":1500000004000}],"attachments":[{"path":"20170714/plan.pdf"}]}]}}
{"type":"post","post":{"team":"ops","channel":"general","user":"ana","type":"system_add_to_channel","message":"bo added","props":{"addedUsername":"bo"},"create_at":1500000005000}}
{"type":"direct_channel","direct_channel":{"members":["bo","ana"]}}
{"type":"direct_post","direct_post":{"channel_members":["bo","ana"],"user":"bo","message":"psst","create_at":1500000006000,"replies":null}}
{"type":"post","post":{"team":"ops","channel":"general","user":"ana","type":"system_new_thing","message":"?","create_at":1500000007000}}
{"type":"post","post":
{"type":"emoji","emoji":{"name":"troll","image":"t.png"}}
)";

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {}) {
  Parsed out;
  out.outcome = bulk_parser().parse(files, statement, {}, out.sink).value();
  EXPECT_EQ(bulk_parser().count(files, {}, {}).value(), out.outcome.parsed + out.outcome.refused);
  for (const Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    EXPECT_TRUE(again && *again == record) << record.native_id;
  }
  return out;
}

TEST(MattermostBulk, PostsRepliesAndReactionsAreRecordsWithTheNamesDeclared) {
  const Parsed parsed =
      parse({{"e/import.jsonl", bytes_of(kLines)}, {"e/data/20170714/plan.pdf", bytes_of("pdf")}},
            {.zone = {}, .date_order = {}, .custodian_name = "ana"});
  EXPECT_EQ(parsed.outcome.refused, 1u);
  const auto& r = parsed.sink.records;
  ASSERT_EQ(r.size(), 14u);
  EXPECT_FALSE(r[3].extra.contains("password"));
  EXPECT_EQ(r[4].conversation.id, "mattermost:ops/general");
  EXPECT_EQ(r[4].conversation.title, "General");
  EXPECT_EQ(r[4].author->name, "Ana Costa");
  EXPECT_EQ(r[4].author->addresses.at(0), "mailto:ana@example.org");
  EXPECT_TRUE(r[4].outgoing);
  EXPECT_EQ(r[4].text, "hello\ncard");
  EXPECT_EQ(r[4].native_id, "1500000000000:ana");
  EXPECT_EQ(std::get<std::string>(r[4].extra.at("edited_at")), "2017-07-14T02:40:01Z");
  EXPECT_TRUE(std::get<bool>(r[4].extra.at("is_pinned")));
  EXPECT_EQ(r[5].kind, Kind::reaction);
  EXPECT_EQ(r[5].text, ":+1:");
  EXPECT_EQ(r[5].sent_at.unix_ms, 1'500'000'002'000);
  EXPECT_EQ(r[6].reply_to->native_id, "1500000000000:ana");
  EXPECT_EQ(r[6].attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(r[7].target->native_id, "1500000003000:bo");
  EXPECT_EQ(r[8].kind, Kind::membership);
  EXPECT_EQ(r[8].people.at(0).id, "username:bo");
  EXPECT_EQ(r[8].people.at(0).role, "added");
  EXPECT_EQ(r[10].conversation.id, "mattermost:direct:ana,bo");
  EXPECT_EQ(r[10].conversation.kind, record::ConversationKind::direct);
  EXPECT_EQ(r[10].people.size(), 2u);
  EXPECT_EQ(r[11].kind, Kind::notice);
  EXPECT_EQ(r[11].doubts.at(0).code, "unknown-kind");
  EXPECT_EQ(r[12].kind, Kind::unparsed_original);
}

TEST(MattermostBulk, WrongTypesAndTruncationDoNotBringItDown) {
  const std::string_view odd =
      R"({"type":"post","post":{"team":1,"create_at":"x","message":[],"replies":[1,{"reactions":[2]}],"reactions":[null],"attachments":[3],"props":4}})";
  EXPECT_EQ(parse({{"a", bytes_of(odd)}}).outcome.parsed, 5u);
  for (std::size_t size = 60; size < kLines.size(); size += 61)
    (void)parse({{"a", bytes_of(kLines.substr(0, size))}});
}

TEST(MattermostBulk, NamesThatAreNotUtf8AreRepairedWhereverTheyStand) {
  const std::string_view line =
      "{\"type\":\"direct_channel\",\"direct_channel\":{\"members\":[\"b\xEF\",\"ana\"]}}";
  EXPECT_EQ(parse({{"a", bytes_of(line)}}).outcome.parsed, 1u);
}

TEST(MattermostBulk, OtherServicesFilesAreNotItsOwn) {
  for (const std::string_view text :
       {R"({"type":"message","message":{"id":1}})", R"({"version":"1","backupTimeMs":"1"})",
        R"({"type":"post"})", R"({"type":"user","user":"U02AB"})",
        R"([{"type":"post","post":{"message":""}}])", "{}", "", "x", R"({"type":"version","version":"2"})",
        R"({"type":"m.room.message","content":{}})"})
    EXPECT_EQ(bulk_parser().detect({{"a", bytes_of(text)}}), 0) << text;
  EXPECT_GT(bulk_parser().detect({{"a", bytes_of(kLines)}}), 50);
}

}  // namespace
}  // namespace strongroom::capture::mattermost
