#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"
#include "capture/mattermost/parser.h"

namespace strongroom::capture::mattermost {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kHeader =
    "Post Creation Time,Post Update Time,Post Update Type,Team Id,Team Name,Team Display Name,Channel "
    "Id,Channel Name,"
    "Channel Display Name,Channel Type,User Id,User Email,Username,Post Id,Edited By Post Id,Replied to Post "
    "Id,"
    "Post Message,Post Type,User Type,Previews Post Id\r\n";

std::string row(std::string_view times, std::string_view id, std::string_view edited_by,
                std::string_view message, std::string_view type) {
  std::string out(times);
  out += ",t1,ops,Operations,c1,general,General,public,u1,ana@example.org,ana,";
  out += std::string(id) + "," + std::string(edited_by) + ",," + std::string(message) + "," +
         std::string(type) + ",user,\r\n";
  return out;
}

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
};

Parsed parse(const Parser& parser, const std::vector<InputFile>& files) {
  Parsed out;
  out.outcome = parser.parse(files, {}, {}, out.sink).value();
  EXPECT_EQ(parser.count(files, {}, {}).value(), out.outcome.parsed + out.outcome.refused);
  for (const Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    EXPECT_TRUE(again && *again == record) << record.native_id;
  }
  return out;
}

TEST(MattermostCsv, RowsBecomePostsEditsDeletionsFilesAndMembership) {
  const std::string text =
      std::string(kHeader) + row("1500000000000,0,", "p0", "", "\"hello, \"\"all\"\"\"", "message") +
      row("1500000000000,1500000001000,EditedOriginalMsg", "old", "p1", "before", "message") +
      row("1500000000000,1500000001000,EditedNewMsg", "p1", "", "after", "message") +
      row("1500000000000,1500000002000,Deleted", "p2", "", "gone", "message") +
      row("1500000000000,0,", "p0", "", "plan.pdf (files/p0/f-plan.pdf)", "attachment") +
      row("1500000000000,0,", "", "", "User joined", "enter") + "short,row\r\n";
  const Parsed parsed =
      parse(csv_parser(), {{"e/export.csv", bytes_of(text)}, {"e/files/p0/f-plan.pdf", bytes_of("pdf")}});
  EXPECT_EQ(parsed.outcome.refused, 1u);
  const auto& r = parsed.sink.records;
  ASSERT_EQ(r.size(), 7u);
  EXPECT_EQ(r[0].text, "hello, \"all\"");
  EXPECT_EQ(r[0].conversation.id, "mattermost:channel:c1");
  EXPECT_EQ(r[0].author->id, "mattermost:user:u1");
  EXPECT_EQ(r[1].native_id, "p1");
  EXPECT_EQ(r[1].text, "before");
  EXPECT_EQ(r[2].kind, Kind::edit);
  EXPECT_EQ(r[2].target->native_id, "p1");
  EXPECT_EQ(r[2].sent_at.unix_ms, 1'500'000'001'000);
  EXPECT_EQ(r[3].kind, Kind::deletion);
  EXPECT_EQ(r[3].target->text, "gone");
  EXPECT_EQ(r[4].attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(r[4].attachments.at(0).name, "plan.pdf");
  EXPECT_EQ(r[5].kind, Kind::membership);
  EXPECT_EQ(r[5].people.at(0).role, "joined");
}

constexpr std::string_view kXml = R"(<?xml version="1.0" encoding="utf-8"?>
<FileDump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <Conversation Perspective="General">
  <RoomID>general - c1</RoomID>
  <StartTimeUTC>1500000000000</StartTimeUTC>
  <ParticipantEntered><LoginName>ana@example.org</LoginName><UserType>user</UserType><DateTimeUTC>1500000000000</DateTimeUTC><CorporateEmailID>ana@example.org</CorporateEmailID></ParticipantEntered>
  <Message><MessageId>p1</MessageId><LoginName>ana@example.org</LoginName><UserType>user</UserType><DateTimeUTC>1500000001000</DateTimeUTC><Content>a &lt;b&gt; &#xE9;<![CDATA[ </Message> ]]></Content><PreviewsPost></PreviewsPost></Message>
  <Message><MessageId>p2</MessageId><LoginName>bo</LoginName><DateTimeUTC>1500000001000</DateTimeUTC><UpdatedType>Deleted</UpdatedType><UpdatedDateTimeUTC>1500000009000</UpdatedDateTimeUTC><Content>gone</Content></Message>
  <FileTransferStarted><LoginName>bo</LoginName><DateTimeUTC>1500000002000</DateTimeUTC><UserFileName>plan.pdf</UserFileName><FileName>files/plan.pdf</FileName></FileTransferStarted>
  <FileTransferEnded><LoginName>bo</LoginName><DateTimeUTC>1500000002000</DateTimeUTC><UserFileName>plan.pdf</UserFileName><FileName>files/plan.pdf</FileName><Status>Completed</Status></FileTransferEnded>
  <ParticipantLeft><LoginName>ana@example.org</LoginName><DateTimeUTC>1500000003000</DateTimeUTC></ParticipantLeft>
  <EndTimeUTC>1500000004000</EndTimeUTC>
 </Conversation>
</FileDump>)";

TEST(MattermostActiance, EveryElementOfAConversationIsARecord) {
  const Parsed parsed = parse(actiance_parser(), {{"a.xml", bytes_of(kXml)}});
  const auto& r = parsed.sink.records;
  ASSERT_EQ(r.size(), 7u);
  EXPECT_EQ(r[0].kind, Kind::membership);
  EXPECT_EQ(r[0].conversation.id, "mattermost:room:general - c1");
  EXPECT_EQ(r[0].conversation.title, "General");
  EXPECT_EQ(r[1].text, "a <b> \xC3\xA9 </Message> ");
  EXPECT_EQ(r[1].author->id, "mailto:ana@example.org");
  EXPECT_TRUE(text_of(r[1].original.bytes).starts_with("<Message><MessageId>p1"));
  EXPECT_TRUE(text_of(r[1].original.bytes).ends_with("</Message>"));
  EXPECT_EQ(r[2].kind, Kind::deletion);
  EXPECT_EQ(r[2].target->text, "gone");
  EXPECT_EQ(r[3].kind, Kind::notice);
  EXPECT_EQ(r[4].attachments.at(0).name, "plan.pdf");
  EXPECT_EQ(r[5].people.at(0).role, "left");
  EXPECT_EQ(std::get<std::string>(r[6].extra.at("EndTimeUTC")), "1500000004000");
}

TEST(MattermostActiance, WhatIsNoItemIsKeptWholeWithItsConversation) {
  const std::string more = "<Notice kind=\"x\"><By>Ana</By> said <b>so</b></Notice>";
  std::string xml(kXml);
  xml.insert(xml.find("  <EndTimeUTC>"), more + more + "<Subject>a</Subject><Subject>b</Subject>");
  const record::Record frame = parse(actiance_parser(), {{"a.xml", bytes_of(xml)}}).sink.records.at(6);
  EXPECT_EQ(std::get<std::string>(frame.extra.at("Notice")), more + "\n" + more);
  EXPECT_EQ(std::get<std::string>(frame.extra.at("Subject")), "a\nb");
  EXPECT_TRUE(frame.doubts.empty());
  xml.insert(xml.find("  <EndTimeUTC>"), "<Notice><By>" + std::string(300'000, 'x') + "</By></Notice>");
  const auto records = parse(actiance_parser(), {{"a.xml", bytes_of(xml)}}).sink.records;
  EXPECT_EQ(records.at(6).doubts.at(0).code, "frame-cut");
}

const Record* find(const std::vector<Record>& records, Kind kind) {
  const auto found = std::ranges::find(records, kind, &Record::kind);
  return found == records.end() ? nullptr : &*found;
}

TEST(MattermostActiance, ManyMembersAreAFileAndNameTheirConversation) {
  std::string xml(kXml);
  xml.insert(xml.find("  <EndTimeUTC>"), "<Notice>" + std::string(40'000, 'x') + "</Notice>");
  const Parsed parsed = parse(actiance_parser(), {{"a.xml", bytes_of(xml)}});
  const Record* const frame = find(parsed.sink.records, Kind::context);
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  const auto& [part, bytes] = parsed.sink.contents.at(0);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->doubts.empty());
  EXPECT_EQ(part.target->native_id, frame->native_id);
  EXPECT_EQ(frame->attachments.at(0).name, "frame.xml");
  const std::string_view members = text_of(bytes);
  EXPECT_NE(members.find("<Notice>" + std::string(40'000, 'x') + "</Notice>\n<EndTimeUTC>"),
            std::string::npos);
  xml.replace(xml.find("1500000004000"), 13, "1500000004001");
  EXPECT_NE(find(parse(actiance_parser(), {{"a.xml", bytes_of(xml)}}).sink.records, Kind::context)->native_id,
            frame->native_id)
      << "two exports that differ behind their messages only";
}

TEST(MattermostActiance, WhatWasReadOfAConversationIsKeptWhereTheFileBreaks) {
  const std::string_view xml = kXml;
  const std::string_view cut = xml.substr(0, xml.find("4000</EndTimeUTC>"));
  const auto r = parse(actiance_parser(), {{"a.xml", bytes_of(cut)}}).sink.records;
  ASSERT_EQ(r.size(), 8u);
  EXPECT_EQ(std::get<std::string>(r[6].extra.at("RoomID")), "general - c1");
  EXPECT_EQ(r[6].doubts.at(0).code, "cut-off");
  EXPECT_TRUE(text_of(r[7].original.bytes).starts_with("<EndTimeUTC>15"));
}

TEST(MattermostActiance, HostileXmlIsRefusedAndWhatCameBeforeIsKept) {
  for (std::size_t size = 200; size < kXml.size(); size += 53)
    (void)parse(actiance_parser(), {{"a.xml", bytes_of(kXml.substr(0, size))}});
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b "
      "\"&a;&a;&a;\">]><FileDump><Conversation><RoomID>&b;</RoomID>";
  CollectingSink sink;
  const std::vector<InputFile> files{{"a.xml", bytes_of(bomb)}};
  const Outcome outcome = actiance_parser().parse(files, {}, {}, sink).value();
  EXPECT_EQ(outcome.refused, 1u);
  EXPECT_EQ(sink.records.at(0).doubts.at(0).code, "document-type");
  std::string deep = "<FileDump><Conversation><RoomID>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const std::vector<InputFile> nested{{"a.xml", bytes_of(deep)}};
  EXPECT_EQ(actiance_parser().parse(nested, {}, {}, sink).value().refused, 1u);
}

TEST(MattermostCompliance, OtherFilesAreNotItsOwn) {
  for (const std::string_view text :
       {"a,b,c\r\n1,2,3", "<FileDump/>", "<smses count=\"0\"/>", "", "Post Message,x"}) {
    EXPECT_EQ(csv_parser().detect({{"a", bytes_of(text)}}), 0) << text;
    EXPECT_EQ(actiance_parser().detect({{"a", bytes_of(text)}}), 0) << text;
  }
  EXPECT_GT(csv_parser().detect({{"a", bytes_of(kHeader)}}), 50);
  EXPECT_GT(actiance_parser().detect({{"a", bytes_of(kXml)}}), 50);
}

}  // namespace
}  // namespace strongroom::capture::mattermost
