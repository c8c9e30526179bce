#include <gtest/gtest.h>

#include <set>

#include "capture/collecting_sink.h"
#include "capture/wecom/parser.h"

namespace strongroom::capture::wecom {
namespace {

using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  const Record& at(std::size_t i) const { return sink.records.at(i); }
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {}) {
  Parsed out;
  const Parser& parser = third_party_parser();
  EXPECT_EQ(parser.detect(files), 80);
  out.outcome = parser.parse(files, statement, {}, out.sink).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, parser.count(files, statement, {}).value());
  for (const Record& r : out.sink.records) EXPECT_TRUE(record::decode(record::encode(r)).value() == r);
  return out;
}

TEST(WechatThirdParty, RowsOfMemotraceAreMarkedAsWhatTheyAre) {
  const std::string text =
      "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\r\n"
      "7,3,1,0,0,1572875478,,\"a, \"\"b\"\"\nc\",2019-11-04 21:51:18,Ana,ana,wxid_1\r\n"
      "8,3,3,0,1,1572875479,,<msg/>,2019-11-04 21:51:19,,,,extra\r\n";
  const Parsed parsed = parse({{"d/messages.csv", bytes_of(text)}});
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(parsed.at(0).text, "a, \"b\"\nc");
  EXPECT_EQ(parsed.at(0).author->id, "wechat:wxid_1");
  EXPECT_EQ(parsed.at(0).author->name, "Ana");
  EXPECT_EQ(parsed.at(0).sent_at.unix_ms, 1'572'875'478'000);
  EXPECT_EQ(parsed.at(0).doubts.at(0).code, "third-party-export");
  EXPECT_EQ(parsed.at(0).source, "wechat-thirdparty");
  EXPECT_TRUE(parsed.at(1).outgoing);
  EXPECT_EQ(parsed.at(1).attachments.at(0).media_type, "image");
  EXPECT_EQ(std::get<std::string>(parsed.at(1).extra.at("column 13")), "extra");
}

TEST(WechatThirdParty, RowsOfPywxdumpHaveAWallClock) {
  const std::string text =
      "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n"
      "1,9001,\xE5\x9B\xBE\xE7\x89\x87,0,wxid_a,9@chatroom,x,images\\one.jpg,2024-01-01 10:00:00\n"
      "2,9002,t,1,wxid_me,9@chatroom,y,,2023-11-15T06:15:23.000Z\n";
  Statement statement;
  statement.zone = "Asia/Shanghai";
  const Parsed parsed =
      parse({{"chat.csv", bytes_of(text)}, {"images/one.jpg", bytes_of("image")}}, statement);
  EXPECT_EQ(parsed.at(0).sent_at.unix_ms, 1'704'074'400'000);
  EXPECT_EQ(parsed.at(0).sent_at.certainty, record::ZoneCertainty::stated);
  EXPECT_EQ(parsed.at(0).sent_at.wall_clock, "2024-01-01 10:00:00");
  EXPECT_EQ(parsed.at(0).attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(parsed.at(0).conversation.kind, record::ConversationKind::group);
  EXPECT_EQ(parsed.at(1).sent_at.unix_ms, 1'700'028'923'000);
  EXPECT_TRUE(parsed.at(1).outgoing);
  EXPECT_EQ(parsed.sink.contents.size(), 1u);
  const std::string older =
      "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n"
      "1,100,t,0,wxid_a,,\"{\"\"msg\"\": \"\"hello\"\", \"\"src\"\": \"\"\"\"}\",2024-01-01 10:00:00\n";
  EXPECT_EQ(parse({{"a.csv", bytes_of(older)}}).at(0).text, "hello");
}

TEST(WechatThirdParty, JsonOfChatlogAndOfGatewaysIsRead) {
  const std::string chatlog =
      R"([{"seq":1700000001000,"time":"2023-11-14T22:13:21+08:00","talker":"1@chatroom","talkerName":"T",)"
      R"("isChatRoom":true,"sender":"wxid_a","senderName":"Ana","isSelf":false,"type":1,"content":"x"}])";
  const Parsed one = parse({{"a.json", bytes_of(chatlog)}});
  EXPECT_EQ(one.at(0).conversation.title, "T");
  EXPECT_EQ(one.at(0).author->name, "Ana");
  EXPECT_EQ(one.at(0).sent_at.unix_ms, 1'699'971'201'000);
  const std::string gateway =
      R"({"TypeName":"AddMsg","Appid":"a","Wxid":"wxid_me","Data":{"MsgId":1,"NewMsgId":"77","FromUserName":)"
      R"({"string":"1@chatroom"},"ToUserName":{"string":"wxid_me"},"MsgType":1,"Content":{"string":"wxid_b:\nhi"},)"
      R"("CreateTime":1700000000}})";
  const Parsed two = parse({{"b.jsonl", bytes_of(gateway)}});
  EXPECT_EQ(two.at(0).author->id, "wechat:wxid_b");
  EXPECT_EQ(two.at(0).text, "hi");
  EXPECT_EQ(two.at(0).native_id, "77");
  EXPECT_EQ(two.at(0).people.at(0).role, "self");
}

TEST(WechatThirdParty, BrokenRowsAreRefusedOneByOne) {
  const std::string text =
      "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime\n"
      "1,3,1,0,0,99999999999999,,x,\n2\n";
  const Parsed parsed = parse({{"m.csv", bytes_of(text)}});
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.at(0).doubts.at(1).code, "implausible-time");
  const std::string json =
      R"([{"id":1,"MsgSvrID":"1","type_name":"t","is_sender":{},"CreateTime":[]},{"a":1},3])";
  const Parsed values = parse({{"m.json", bytes_of(json)}});
  EXPECT_EQ(values.outcome.parsed, 1u);
  EXPECT_EQ(values.outcome.refused, 2u);
}

TEST(WechatThirdParty, OtherTablesAndValuesAreNotClaimed) {
  for (const std::string_view text : {"name,id,email\n", "{\"id\":1}", "", "localId,Type\n"})
    EXPECT_EQ(third_party_parser().detect({{"x", bytes_of(text)}}), 0) << text;
}

TEST(WechatThirdParty, WhatHasNoIdIsNotTakenForWhatItResembles) {
  // Two pictures of one second, the same words twice, and two call-backs without an id or a time.
  const std::string row = R"({"time":"2024-01-01T10:00:00Z","talker":"a","sender":"a","isSelf":false,)";
  const std::string text = row + R"("type":3,"content":"","path":"1.jpg"})" + "\n" + row +
                           R"("type":3,"content":"","path":"2.jpg"})" + "\n" + row + R"("content":"ok"})" +
                           "\n" + row + R"("content":"ok"})" + "\n" +
                           R"({"TypeName":"ModContacts","Wxid":"w","Data":{"UserName":"a"}})" + "\n" +
                           R"({"TypeName":"ModContacts","Wxid":"w","Data":{"UserName":"b"}})" + "\n";
  std::set<Hash256> identities;
  for (const Record& r : parse({{"a.jsonl", bytes_of(text)}}).sink.records)
    identities.insert(record::identity_of(r));
  EXPECT_EQ(identities.size(), 6u);
  const Parsed again = parse({{"b.jsonl", bytes_of(text)}});
  for (const Record& r : again.sink.records) EXPECT_TRUE(identities.contains(record::identity_of(r)));
}

}  // namespace
}  // namespace strongroom::capture::wecom
