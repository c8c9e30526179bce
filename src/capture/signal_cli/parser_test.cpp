#include "capture/signal_cli/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"

namespace strongroom::capture::signal_cli {
namespace {

using record::Kind;

struct Parsed {
  Outcome outcome;
  std::uint64_t found = 0;
  CollectingSink sink;
};

Parsed read(const std::vector<InputFile>& files, const Limits& limits = {}) {
  Parsed out;
  out.outcome = parser().parse(files, {}, limits, out.sink).value();
  out.found = parser().count(files, {}, limits).value();
  EXPECT_EQ(out.found, out.outcome.parsed + out.outcome.refused);
  for (const record::Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}

/// A notification whose envelope, from Ana, also has `content`.
std::string line(std::string_view content) {
  return R"({"jsonrpc":"2.0","method":"receive","params":{"envelope":{"source":"+33100","sourceNumber":"+33100",)"
         R"("sourceUuid":"AAAA-1","sourceName":"Ana","sourceDevice":1,"timestamp":1710079500000,)"
         R"("serverReceivedTimestamp":1710079500500,)" +
         std::string(content) + R"(},"account":"+33200"}})";
}

std::vector<record::Record> records_of(const std::string& text) {
  return read({{"lines", bytes_of(text)}}).sink.records;
}

std::string said(const record::Record& record, const std::string& name) {
  return std::get<std::string>(record.extra.at(name));
}

TEST(SignalCli, AMessageHasTheIdsOfABackup) {
  const auto records = records_of(line(
      R"("dataMessage":{"timestamp":1710079500000,"message":"see @ you","expiresInSeconds":60,"viewOnce":false,
      "mentions":[{"name":"x","number":"+33200","uuid":"BBBB","start":4,"length":1}],
      "textStyles":[{"style":"BOLD","start":0,"length":3}],
      "quote":{"id":1710079400000,"authorUuid":"CCCC","text":"before","attachments":[]},
      "attachments":[{"contentType":"image/png","filename":"a.png","id":"abc.png","size":7}],
      "previews":[{"url":"https://example.org/","title":"T","description":"D","image":null}]})"));
  ASSERT_EQ(records.size(), 1u);
  const record::Record& r = records[0];
  EXPECT_EQ(r.kind, Kind::message);
  EXPECT_EQ(r.conversation.id, "signal:direct:aci:aaaa-1");
  EXPECT_EQ(r.native_id, "aci:aaaa-1:1710079500000");
  EXPECT_EQ(r.author->name, "Ana");
  EXPECT_EQ(r.author->addresses, std::vector<std::string>{"tel:+33100"});
  EXPECT_EQ(r.people.at(0).id, "self");
  EXPECT_EQ(r.received_at->unix_ms, 1710079500500);
  EXPECT_EQ(r.expires_in_ms, 60000u);
  EXPECT_EQ(r.ranges.at(0), (record::TextRange{4, 1, "mention", "self"}));
  EXPECT_EQ(r.ranges.at(1), (record::TextRange{0, 3, "bold", ""}));
  EXPECT_EQ(r.reply_to->native_id, "aci:cccc:1710079400000");
  EXPECT_EQ(r.attachments.at(0).state, record::AttachmentState::not_in_source);
  EXPECT_EQ(r.attachments.at(1).caption, "T\nD");
}

TEST(SignalCli, AnAttachmentIsFoundByItsIdInTheFolderBeside) {
  const std::string text = line(R"("dataMessage":{"timestamp":1,"attachments":[{"id":"abc.png"}]})");
  const Parsed parsed = read({{"d/lines", bytes_of(text)}, {"d/attachments/abc.png", bytes_of("picture")}});
  EXPECT_EQ(parsed.sink.records.at(0).attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(parsed.found, 2u);
}

TEST(SignalCli, WhatTheCustodianWroteElsewhereIsHisOwn) {
  const auto records = records_of(
      line(
          R"("syncMessage":{"sentMessage":{"destination":"DDDD","destinationUuid":"DDDD","destinationNumber":null,
        "timestamp":1710079500000,"message":"mine"}})") +
      "\n" +
      line(
          R"("syncMessage":{"sentMessage":{"destinationUuid":"AAAA-1","timestamp":1710079500000,"message":"note"}})") +
      "\n" + line(R"("syncMessage":{"sentMessage":{"timestamp":1710079600000,"message":"all","groupInfo":{
        "groupId":"Zz09","groupName":"Council","revision":3,"type":"DELIVER"}}})"));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_TRUE(records[0].outgoing);
  EXPECT_EQ(records[0].author->id, "self");
  EXPECT_EQ(records[0].author->addresses, (std::vector<std::string>{"tel:+33200", "aci:aaaa-1"}));
  EXPECT_EQ(records[0].conversation.id, "signal:direct:aci:dddd");
  EXPECT_EQ(records[0].people.at(0).role, "recipient");
  EXPECT_EQ(records[1].conversation.id, "signal:note-to-self");
  EXPECT_EQ(records[2].conversation.id, "signal:group-id:Zz09");
  EXPECT_EQ(records[2].conversation.title, "Council");
}

TEST(SignalCli, EditsReactionsAndDeletionsPointAtTheirMessage) {
  const auto records = records_of(
      line(
          R"("editMessage":{"targetSentTimestamp":1710079400000,"dataMessage":{"timestamp":1710079500000,"message":"new"}})") +
      line(R"("dataMessage":{"timestamp":1710079500000,"reaction":{"emoji":"x","targetAuthorUuid":"CCCC",
        "targetSentTimestamp":1710079300000,"isRemove":true}})") +
      line(R"("dataMessage":{"timestamp":1710079500000,"remoteDelete":{"timestamp":1710079300000}})") +
      line(
          R"("dataMessage":{"timestamp":1,"adminDelete":{"targetAuthorUuid":"CCCC","targetSentTimestamp":5}})") +
      line(
          R"("dataMessage":{"timestamp":1710079500000,"pollCreate":{"question":"When?","allowMultiple":true,"options":["a","b"]}})") +
      line(
          R"("dataMessage":{"timestamp":1710079500000,"pollVote":{"authorUuid":"CCCC","targetSentTimestamp":5,"optionIndexes":[0,1]}})") +
      line(R"("dataMessage":{"timestamp":1710079500000,"pollTerminate":{"targetSentTimestamp":5}})") +
      line(
          R"("dataMessage":{"timestamp":1710079500000,"pinMessage":{"targetAuthorUuid":"CCCC","targetSentTimestamp":5,"pinDurationSeconds":-1}})") +
      line(R"("dataMessage":{"timestamp":1710079500000,"isExpirationUpdate":true,"expiresInSeconds":3600}})"
           R"(,"x":{)"));
  ASSERT_EQ(records.size(), 9u);
  EXPECT_EQ(records[0].kind, Kind::edit);
  EXPECT_EQ(records[0].target->native_id, "aci:aaaa-1:1710079400000");
  EXPECT_EQ(records[0].text, "new");
  EXPECT_EQ(records[1].kind, Kind::reaction);
  EXPECT_EQ(records[1].text, "");
  EXPECT_EQ(records[1].target->native_id, "aci:cccc:1710079300000");
  EXPECT_EQ(records[2].kind, Kind::deletion);
  EXPECT_EQ(records[2].target->author_id, "aci:aaaa-1");
  EXPECT_TRUE(std::get<bool>(records[3].extra.at("by_admin")));
  EXPECT_EQ(records[4].poll->options.at(1).text, "b");
  EXPECT_EQ(records[5].text, "0,1");
  EXPECT_EQ(records[6].kind, Kind::poll_end);
  EXPECT_EQ(records[7].kind, Kind::pin);
  EXPECT_EQ(records[8].kind, Kind::timer);
  EXPECT_EQ(std::get<std::uint64_t>(records[8].extra.at("expires_in_ms")), 3600000u);
}

TEST(SignalCli, ReceiptsCountOneByOneAndTheRestOnce) {
  const auto records = records_of(
      "[" +
      line(
          R"("receiptMessage":{"when":1710079600000,"isDelivery":false,"isRead":true,"timestamps":[1710079500000,1710079500001]})") +
      "," + line(R"("syncMessage":{"readMessages":[{"senderUuid":"CCCC","timestamp":1710079500000},7]})") +
      "," + line(R"("syncMessage":{"type":"CONTACTS_SYNC"})") + "," +
      line(R"("typingMessage":{"action":"STARTED","timestamp":1,"groupId":"G"})") + "," +
      line(R"("callMessage":{"offerMessage":{"id":5,"type":"VIDEO_CALL","opaque":"AA"}})") + "," +
      line(R"("callMessage":{"iceUpdateMessages":[{"id":5,"opaque":"AA"}]})") + "," + line(R"("x":1)") + "]");
  ASSERT_EQ(records.size(), 9u);
  EXPECT_EQ(records[0].kind, Kind::receipt);
  EXPECT_EQ(records[0].target->native_id, "self:1710079500000");
  EXPECT_EQ(said(records[0], "state"), "read");
  EXPECT_EQ(records[1].sent_at.unix_ms, 1710079600000);
  EXPECT_EQ(records[2].author->id, "self");
  EXPECT_EQ(records[2].target->native_id, "aci:cccc:1710079500000");
  EXPECT_EQ(said(records[4], "sync.type"), "CONTACTS_SYNC");
  EXPECT_EQ(said(records[5], "object"), "typing");
  EXPECT_EQ(records[6].kind, Kind::call);
  EXPECT_TRUE(std::get<bool>(records[6].extra.at("video")));
  EXPECT_EQ(records[7].kind, Kind::context);
  EXPECT_EQ(said(records[8], "object"), "empty_envelope");
}

TEST(SignalCli, WhatCouldNotBeOpenedAndAGroupsChangesAreNotices) {
  const auto records = records_of(
      R"({"envelope":{"sourceNumber":"+33100","sourceDevice":1,"timestamp":1710079500000},"account":"+33200",
        "exception":{"message":"no session","type":"ProtocolNoSessionException"}})"
      "\n"
      R"({"account":"+33200","exception":{"message":"m","type":"t"}})"
      "\n" +
      line(
          R"("dataMessage":{"timestamp":1710079500000,"message":null,"groupInfo":{"groupId":"G","type":"UPDATE","revision":4}})") +
      "\n" + line(R"("storyMessage":{"allowsReplies":true,"textAttachment":{"text":"hello"}})"));
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].kind, Kind::notice);
  EXPECT_EQ(records[0].author->id, "tel:+33100");
  EXPECT_EQ(records[0].doubts.back().code, "not-decrypted");
  EXPECT_EQ(records[1].kind, Kind::notice);
  EXPECT_EQ(records[2].kind, Kind::notice);
  EXPECT_EQ(std::get<std::uint64_t>(records[2].extra.at("group.revision")), 4u);
  EXPECT_EQ(records[3].text, "hello");
}

TEST(SignalCli, LinesThatAreNoneAreRefusedAndTheNextOnesRead) {
  const std::string good = line(R"("dataMessage":{"timestamp":1710079500000,"message":"a"})");
  Limits limits;
  limits.item_bytes_max = 1000;
  const std::string text = good + "\nnot json\n{\"a\":nul}\n" +
                           line("\"pad\":\"" + std::string(2000, 'x') + "\"") + "\n" + good + "\n{\"cut\":";
  const Parsed parsed = read({{"f", bytes_of(text)}}, limits);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 4u);
}

TEST(SignalCli, IsKnownByContent) {
  EXPECT_EQ(parser().detect({{"f", bytes_of(line(R"("x":1)"))}}), 90);
  EXPECT_EQ(parser().detect({{"f", bytes_of("[" + line(R"("x":1)") + "]")}}), 90);
  for (const std::string_view other :
       {"", "[]", "{}", R"({"version":"1","backupTimeMs":"1"})",
        R"({"update_id":1,"message":{"timestamp":1}})", R"({"envelope":{"timestamp":1}})"})
    EXPECT_EQ(parser().detect({{"f", bytes_of(other)}}), 0) << other;
}

TEST(SignalCli, TheOfficialExamplesGiveTwoMessagesAndTheRequestsAroundThem) {
  STRONGROOM_CORPUS(file, "samples/signal-cli/AsamK__signal-cli/envelopes.jsonl");
  std::ifstream in(file, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  const std::string text = content.str();
  EXPECT_EQ(parser().detect({{"f", bytes_of(text)}}), 90);
  const Parsed parsed = read({{"f", bytes_of(text)}});
  EXPECT_EQ(parsed.found, 23u);
  EXPECT_EQ(std::ranges::count(parsed.sink.records, Kind::message, &record::Record::kind), 2);
  const record::Record& first = parsed.sink.records.at(3);
  EXPECT_EQ(first.text, "foobar");
  EXPECT_EQ(first.author->id, "aci:uuid");
  EXPECT_TRUE(parsed.sink.records.at(6).outgoing);
}

}  // namespace
}  // namespace strongroom::capture::signal_cli
