#include "capture/teams/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"
#include "capture/json/members.h"

namespace strongroom::capture::teams {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kAnswer = R"({
 "@odata.context":"https://graph.microsoft.com/v1.0/$metadata#chats('19%3Aa%40thread.v2')/messages",
 "@odata.count":5,
 "value":[
  {"id":"1616964509832","replyToId":null,"messageType":"message","createdDateTime":"2021-03-28T20:48:29.83Z",
   "lastModifiedDateTime":"2021-03-28T21:48:29Z","lastEditedDateTime":"2021-03-28T20:50:00Z","deletedDateTime":null,
   "chatId":"19:a@thread.v2","channelIdentity":null,"importance":"high",
   "from":{"application":null,"user":{"id":"u1","displayName":"Robin","userIdentityType":"aadUser"}},
   "body":{"contentType":"html","content":"<p>see <at id=\"0\">Jane</at></p><attachment id=\"f\"></attachment><img src=\"x/hostedContents/1/$value\">"},
   "attachments":[{"id":"f","contentType":"reference","contentUrl":"https://s/plan.docx","content":null,"name":"plan.docx"},
     {"id":"q","contentType":"messageReference","content":"{\"messageId\":\"1616964500000\",\"messagePreview\":\"what\",\"messageSender\":{\"user\":{\"id\":\"u2\",\"displayName\":\"Jane\"}}}"},
     {"id":"c","contentType":"application/vnd.microsoft.card.thumbnail","content":"{\"title\":\"A card\",\"text\":\"<b>says</b>\"}"}],
   "mentions":[{"id":0,"mentionText":"Jane","mentioned":{"user":{"id":"u2","displayName":"Jane"}}}],
   "reactions":[{"reactionType":"like","createdDateTime":"2021-03-28T20:49:00Z","user":{"user":{"id":"u2","displayName":"Jane"}}}]},
  {"id":"2","messageType":"message","createdDateTime":"2021-03-28T20:48:30Z","deletedDateTime":"2021-03-29T00:00:00Z",
   "chatId":"19:a@thread.v2","from":{"user":{"id":"u1","displayName":"Robin"}},"body":{"contentType":"html","content":""},"reactions":[]},
  {"id":"3","messageType":"systemEventMessage","createdDateTime":"2021-03-28T20:48:31Z","chatId":"19:a@thread.v2","from":null,
   "body":{"contentType":"html","content":"<systemEventMessage/>"},
   "eventDetail":{"@odata.type":"#microsoft.graph.membersAddedEventMessageDetail","members":[{"id":"u3","displayName":null}],
     "initiator":{"user":{"id":"u1","displayName":"Robin"}}}},
  {"id":"4","messageType":"systemEventMessage","createdDateTime":"2021-03-28T20:48:32Z","chatId":"19:a@thread.v2","from":null,
   "eventDetail":{"@odata.type":"#microsoft.graph.callEndedEventMessageDetail","callDuration":"PT1M2.5S",
     "callParticipants":[{"participant":{"user":{"id":"u2","displayName":"Jane"}}}],"initiator":{"user":{"id":"u1"}}}},
  {"id":"5","messageType":"unknownFutureValue","createdDateTime":"2021-03-28T20:48:33Z","chatId":"19:a@thread.v2"}
 ]})";

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
};

Parsed parse(std::string_view text, const Statement& statement = {}) {
  const std::vector<InputFile> files{{"messages.json", bytes_of(text)}};
  Parsed out;
  out.outcome = parser().parse(files, statement, {}, out.sink).value();
  EXPECT_EQ(parser().count(files, {}, {}).value(), out.outcome.parsed + out.outcome.refused);
  for (const Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    EXPECT_TRUE(again && *again == record) << record.native_id;
  }
  return out;
}

/// The record of what stands around the messages.
const Record& frame_of(const Parsed& parsed) {
  const auto is_frame = [](const Record& r) { return r.kind == Kind::context && r.extra.contains("object"); };
  const auto frame = std::ranges::find_if(parsed.sink.records, is_frame);
  EXPECT_NE(frame, parsed.sink.records.end());
  return *frame;
}

TEST(Teams, WhatStandsBehindTheMessagesIsKeptToo) {
  const auto with_behind = [](const std::string& more) {
    return std::string(kAnswer.substr(0, kAnswer.rfind('}'))) + ",\n \"left\": \"" + more + "\"\n}";
  };
  const Parsed one = parse(with_behind("ana")), other = parse(with_behind("rui"));
  EXPECT_EQ(std::get<std::string>(frame_of(one).extra.at("frame.left")), "ana");
  EXPECT_NE(identity_of(frame_of(one)), identity_of(frame_of(other)));
  EXPECT_EQ(identity_of(frame_of(one)), identity_of(frame_of(parse(with_behind("ana")))));
  const Parsed large = parse(with_behind(std::string(90'000, 'x')));
  EXPECT_EQ(frame_of(large).attachments.at(0).name, "frame.json");
  ASSERT_EQ(large.sink.contents.size(), 1u);
  const auto& [part, content] = large.sink.contents.front();
  EXPECT_EQ(part.target->native_id, frame_of(large).native_id);
  const auto members = json::parse(text_of(content));
  ASSERT_TRUE(members && members->is_array());
  const auto& last = members->get_array().back().as_object();
  EXPECT_EQ(last.at("at").as_string(), "left");
  EXPECT_EQ(last.at("is").as_string().size(), 90'000u);
}

TEST(Teams, AMessageIsReadWithWhatHangsOnIt) {
  const Parsed parsed = parse(kAnswer, {.zone = {}, .date_order = {}, .custodian_name = "Robin"});
  ASSERT_EQ(parsed.sink.records.size(), 7u);
  const Record& r = parsed.sink.records[0];
  EXPECT_EQ(r.kind, Kind::message);
  EXPECT_EQ(r.conversation.id, "teams:chat:19:a@thread.v2");
  EXPECT_EQ(r.native_id, "1616964509832");
  EXPECT_EQ(r.author->id, "teams:u1");
  EXPECT_TRUE(r.outgoing);
  EXPECT_EQ(r.text, "see Jane\nA card\nsays");
  EXPECT_EQ(r.ranges.at(0), (record::TextRange{4, 4, "mention", "teams:u2"}));
  EXPECT_EQ(r.sent_at.unix_ms, 1'616'964'509'830);
  EXPECT_EQ(std::get<std::string>(r.extra.at("edited_at")), "2021-03-28T20:50:00Z");
  EXPECT_EQ(std::get<std::string>(r.extra.at("importance")), "high");
  EXPECT_EQ(r.reply_to->native_id, "1616964500000");
  EXPECT_EQ(r.reply_to->author_id, "teams:u2");
  ASSERT_EQ(r.attachments.size(), 2u);
  EXPECT_EQ(r.attachments[0].flavour, "hosted_content");
  EXPECT_EQ(r.attachments[1].name, "plan.docx");
  EXPECT_EQ(r.attachments[1].state, record::AttachmentState::not_in_source);
  EXPECT_EQ(text_of(r.original.bytes), kAnswer.substr(r.original.offset, r.original.length));
}

TEST(Teams, ReactionsDeletionsMembershipAndCallsAreRecordsOfTheirKind) {
  const auto records = parse(kAnswer).sink.records;
  EXPECT_EQ(records[1].kind, Kind::reaction);
  EXPECT_EQ(records[1].text, "\xF0\x9F\x91\x8D");
  EXPECT_EQ(records[1].sent_at.unix_ms, 1'616'964'540'000);
  EXPECT_EQ(records[2].kind, Kind::deletion);
  EXPECT_FALSE(records[2].author);
  EXPECT_EQ(records[2].target->native_id, "2");
  EXPECT_EQ(records[2].target->sent_at_ms, 1'616'964'510'000);
  EXPECT_EQ(records[3].kind, Kind::membership);
  EXPECT_EQ(records[3].author->id, "teams:u1");
  EXPECT_EQ(records[3].people.at(0).id, "teams:u3");
  EXPECT_EQ(records[3].people.at(0).role, "added");
  EXPECT_EQ(records[4].kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(records[4].extra.at("duration_s")), 62u);
  EXPECT_EQ(records[5].kind, Kind::notice);
  EXPECT_EQ(records[5].doubts.at(0).code, "unknown-kind");
  EXPECT_EQ(records[6].kind, Kind::context);
  EXPECT_EQ(std::get<std::string>(records[6].extra.at("frame.@odata.count")), "5");
}

TEST(Teams, ExportsOfContentSpellTheSameMembersOtherwise) {
  const std::string_view text =
      R"([{"Id":"9","MessageType":"Message","CreatedDateTime":"2024-01-01T13:14:17.36+00:00",
      "ChannelIdentity":{"TeamId":"t","ChannelId":"c"},"ReplyToId":"8","From":{"User":{"Id":"u1","DisplayName":"Robin"}},
      "Body":{"ContentType":"Text","Content":"hi"},"Reactions":[{"ReactionType":"heart","CreatedDateTime":"2024-01-01T13:14:18Z","User":{"User":{"Id":"u2"}}}]}])";
  const auto records = parse(text).sink.records;
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].conversation.id, "teams:channel:t/c");
  EXPECT_EQ(records[0].author->name, "Robin");
  EXPECT_EQ(records[0].text, "hi");
  EXPECT_EQ(records[0].reply_to->native_id, "8");
  EXPECT_EQ(records[1].kind, Kind::reaction);
}

TEST(Teams, APinThatDoesNotSayWhatWasPinnedNamesNoTarget) {
  const auto records =
      parse(
          R"({"id":"1","messageType":"systemEventMessage","createdDateTime":"2024-01-01T00:00:00Z","from":null,
      "eventDetail":{"@odata.type":"#microsoft.graph.messagePinnedEventMessageDetail","eventDateTime":"2024-01-01T00:00:00Z"}})")
          .sink.records;
  EXPECT_EQ(records.at(0).kind, Kind::pin);
  EXPECT_FALSE(records.at(0).target);
}

TEST(Teams, LinesAreReadAndABrokenOneIsRefusedAlone) {
  const std::string good =
      R"({"id":"1","messageType":"message","createdDateTime":"2024-01-01T00:00:00Z","from":null,"body":{"content":"a"}})";
  const Parsed parsed = parse(good + "\n{\"id\":\"1\",,}\nnothing\n" + good);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 2u);
}

TEST(Teams, WrongTypesAndTruncationDoNotBringItDown) {
  const std::string_view odd =
      R"([{"id":1,"messageType":"message","createdDateTime":"never","from":[],"body":{"contentType":"html","content":7},
      "attachments":[1,{"contentType":"messageReference","content":"{"}],"mentions":{},"reactions":[1,null,{}],
      "eventDetail":{"@odata.type":9,"members":[1]},"replies":[1,{"reactions":[{}]}]}])";
  EXPECT_EQ(parse(odd).outcome.parsed, 1u + 3 + 1 + 1 + 1);
  for (std::size_t size = 200; size < kAnswer.size(); size += 97) (void)parse(kAnswer.substr(0, size));
}

TEST(Teams, OtherServicesFilesAreNotItsOwn) {
  for (const std::string_view text :
       {R"({"messages":[{"id":1,"type":"message","date":"2024-01-01T00:00:00"}]})",
        R"({"body":{"content":"Hello"}})", R"([{"type":"message","ts":"1555493779.000200"}])",
        R"({"type":"m.room.message","content":{"body":"x"}})",
        R"({"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","value":[]})", "[]", "{}", "",
        "x"})
    EXPECT_EQ(parser().detect({{"a.json", bytes_of(text)}}), 0) << text;
  EXPECT_GT(parser().detect({{"a", bytes_of(kAnswer)}}), 50);
}

}  // namespace
}  // namespace strongroom::capture::teams
