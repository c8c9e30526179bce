#include "capture/wecom/parser.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/wecom/test_keys.h"

namespace strongroom::capture::wecom {
namespace {

using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  const Record& at(std::size_t i) const { return sink.records.at(i); }
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {},
             const Limits& limits = {}) {
  Parsed out;
  const Parser& parser = archive_parser();
  out.outcome = parser.parse(files, statement, limits, out.sink).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, parser.count(files, statement, limits).value());
  for (const Record& r : out.sink.records) EXPECT_TRUE(record::decode(record::encode(r)).value() == r);
  return out;
}

std::string message(std::string_view type, std::string_view rest, std::string_view room = "") {
  return R"({"msgid":"m1","action":"send","from":"ana","tolist":["bo","wmX"],"roomid":")" +
         std::string(room) + R"(","msgtime":1603875680377,"msgtype":")" + std::string(type) + "\"," +
         std::string(rest) + "}";
}

Record only(std::string_view type, std::string_view rest) {
  const std::string text = message(type, rest, "wr1");
  const Parsed parsed = parse({{"a.json", bytes_of(text)}});
  EXPECT_EQ(parsed.sink.records.size(), 1u);
  return parsed.at(0);
}

std::string text_extra(const Record& r, const std::string& name) {
  const auto found = r.extra.find(name);
  return found == r.extra.end() ? "" : std::get<std::string>(found->second);
}

Statement with_keys(std::initializer_list<std::string_view> keys) {
  Statement statement;
  for (const std::string_view key : keys) statement.keys.push_back(GivenKey::copy_of(bytes_of(key)));
  return statement;
}

TEST(WecomArchive, AMessageSaysWhoWhenAndWhere) {
  const Record r = only("text", R"("text":{"content":"hi"})");
  EXPECT_EQ(r.kind, Kind::message);
  EXPECT_EQ(r.text, "hi");
  EXPECT_EQ(r.author->id, "wecom:ana");
  ASSERT_EQ(r.people.size(), 2u);
  EXPECT_EQ(r.people[1].id, "wecom:wmX");
  EXPECT_EQ(r.people[1].role, "external");
  EXPECT_EQ(r.conversation.id, "wecom:room:wr1");
  EXPECT_EQ(r.conversation.kind, record::ConversationKind::group);
  EXPECT_EQ(r.sent_at.unix_ms, 1'603'875'680'377);
  EXPECT_EQ(r.native_id, "m1");
}

TEST(WecomArchive, TwoPeopleHaveOneConversationWhoeverWrites) {
  const std::string one = R"({"msgid":"1","action":"send","from":"a","tolist":["b"],"msgtime":1603875680377,)"
                          R"("msgtype":"text","text":{"content":"x"}})";
  const std::string two = R"({"msgid":"2","action":"send","from":"b","tolist":["a"],"msgtime":1603875680377,)"
                          R"("msgtype":"text","text":{"content":"y"}})";
  const std::string lines = one + "\n" + two + "\n";
  Statement statement;
  statement.custodian_name = "b";
  const Parsed parsed = parse({{"a.jsonl", bytes_of(lines)}}, statement);
  EXPECT_EQ(parsed.at(0).conversation.id, parsed.at(1).conversation.id);
  EXPECT_EQ(parsed.at(0).conversation.kind, record::ConversationKind::direct);
  EXPECT_FALSE(parsed.at(0).outgoing);
  EXPECT_TRUE(parsed.at(1).outgoing);
  EXPECT_EQ(parsed.at(1).original.offset, one.size() + 1);
  EXPECT_EQ(text_of(parsed.at(1).original.bytes), two);
}

TEST(WecomArchive, MediaAreReferencesUntilAFileLiesBeside) {
  const std::string text = message("image", R"("image":{"md5sum":"00ff","filesize":7,"sdkfileid":"Cps"})");
  const Parsed without = parse({{"a.json", bytes_of(text)}});
  const record::Attachment& a = without.at(0).attachments.at(0);
  EXPECT_EQ(a.source_reference, "Cps");
  EXPECT_EQ(a.size, 7u);
  EXPECT_EQ(a.state, record::AttachmentState::not_in_source);
  EXPECT_EQ(text_extra(without.at(0), "image.md5sum"), "00ff");
  const Parsed with = parse({{"a.json", bytes_of(text)}, {"media/00ff.jpg", bytes_of("picture")}});
  EXPECT_EQ(with.at(0).attachments.at(0).state, record::AttachmentState::present);
  const Record voice = only("voice", R"("voice":{"voice_size":3,"play_length":10,"sdkfileid":"v"})");
  EXPECT_EQ(voice.attachments.at(0).flavour, "voice");
  EXPECT_EQ(std::get<std::uint64_t>(voice.extra.at("voice.play_length")), 10u);
  const Record file = only("file", R"("file":{"filename":"a.pdf","fileext":"pdf","sdkfileid":"f"})");
  EXPECT_EQ(file.attachments.at(0).name, "a.pdf");
  EXPECT_EQ(only("emotion", R"("emotion":{"type":2,"width":5,"sdkfileid":"e"})").attachments.at(0).media_type,
            "image/png");
}

TEST(WecomArchive, EachTypeBecomesWhatItIs) {
  const Record recall = only("revoke", R"("revoke":{"pre_msgid":"m0"})");
  EXPECT_EQ(recall.kind, Kind::deletion);
  EXPECT_EQ(recall.target->native_id, "m0");
  EXPECT_EQ(only("agree", R"("agree":{"userid":"wmX","agree_time":1})").kind, Kind::notice);
  const Record place =
      only("location", R"("location":{"longitude":116.5,"latitude":39.9,"address":"a","title":"t"})");
  EXPECT_EQ(place.text, "t\na");
  EXPECT_EQ(text_extra(place, "location"), "point");
  EXPECT_EQ(only("link", R"("link":{"title":"t","link_url":"u"})").text, "t\nu");
  EXPECT_EQ(only("docmsg", R"("doc":{"title":"t","link_url":"u","doc_creator":"c"})").text, "t\nu");
  EXPECT_EQ(only("markdown", R"("info":{"content":"**x**"})").text, "**x**");
  EXPECT_EQ(only("news", R"("info":{"item":[{"title":"t"},{"title":"s"}]})").text, "t\ns");
  EXPECT_EQ(only("external_redpacket", R"("redpacket":{"type":1,"wish":"w"})").text, "w");
  EXPECT_EQ(only("collect", R"("collect":{"title":"t","details":[{"ques":"q"}]})").text, "t\nq");
  const Record poll =
      only("vote", R"("vote":{"votetitle":"t","voteitem":["a","b"],"votetype":101,"voteid":"v"})");
  EXPECT_EQ(poll.kind, Kind::poll);
  EXPECT_EQ(poll.poll->options.at(1).text, "b");
  const Record answer =
      only("vote", R"("vote":{"votetitle":"t","voteitem":["b"],"votetype":102,"voteid":"v"})");
  EXPECT_EQ(answer.kind, Kind::poll_vote);
  EXPECT_EQ(answer.text, "b");
  EXPECT_EQ(answer.target->native_id, "v");
  const Record call = only("voiptext", R"("info":{"callduration":10,"invitetype":1})");
  EXPECT_EQ(call.kind, Kind::call);
  EXPECT_TRUE(std::get<bool>(call.extra.at("video")));
  EXPECT_EQ(only("meeting_voice_call", R"("voiceid":"g","meeting_voice_call":{"endtime":1,"sdkfileid":"s"})")
                .attachments.size(),
            1u);
  EXPECT_EQ(only("qydiskfile", R"("info":{"filename":"f.doc"})").attachments.at(0).name, "f.doc");
  for (const std::string_view type :
       {"todo", "weapp", "card", "meeting", "calendar", "sphfeed", "voip_doc_share"})
    EXPECT_EQ(only(type, "\"" + std::string(type) + R"(":{"title":"x"})").kind, Kind::message) << type;
}

TEST(WecomArchive, ForwardedAndMixedItemsAreReadThroughTheirJsonStrings) {
  const Record mixed =
      only("mixed", R"("mixed":{"item":[{"type":"text","content":"{\"content\":\"one\"}"},)"
                    R"({"type":"image","content":"{\"sdkfileid\":\"i\",\"filesize\":3}"}]})");
  EXPECT_EQ(mixed.text, "one");
  EXPECT_EQ(mixed.attachments.at(0).source_reference, "i");
  const Record forwarded =
      only("chatrecord",
           R"("chatrecord":{"title":"T","item":[{"type":"ChatRecordText","msgtime":1603875610,)"
           R"("content":"{\"content\":\"a\"}","from_chatroom":false},{"type":"X","content":"no"}]})");
  EXPECT_EQ(forwarded.text, "T\na");
  EXPECT_EQ(forwarded.doubts.at(0).code, "unreadable-item");
  EXPECT_NE(text_extra(forwarded, "chatrecord.item").find("from_chatroom"), std::string::npos);
}

TEST(WecomArchive, ASwitchOfOrganisationAndUnknownTypesAreNotices) {
  const Parsed parsed =
      parse({{"a", bytes_of(R"({"msgid":"s","action":"switch","time":1603875680377,"user":"ana"})")}});
  EXPECT_EQ(parsed.at(0).kind, Kind::notice);
  EXPECT_EQ(parsed.at(0).author->id, "wecom:ana");
  EXPECT_EQ(parsed.at(0).sent_at.unix_ms, 1'603'875'680'377);
  const Record unknown = only("hologram", R"("hologram":{"title":"t","x":[1]})");
  EXPECT_EQ(unknown.kind, Kind::notice);
  EXPECT_EQ(unknown.doubts.at(0).code, "unknown-kind");
  EXPECT_EQ(text_extra(unknown, "hologram.x"), "[1]");
}

TEST(WecomArchive, SealedMessagesAreKeptAndTheKeyOnlyTried) {
  const std::string sealed = R"({"seq":1,"msgid":"a","publickey_ver":3,"encrypt_random_key":")" +
                             std::string(testing::kWrapped) + R"(","encrypt_chat_msg":"AAAA"})";
  const std::string reply = R"({"errcode":0,"errmsg":"ok","chatdata":[)" + sealed + ", " + sealed + "]}";
  const auto code = [&](const Statement& statement) {
    const Parsed parsed = parse({{"a.json", bytes_of(reply)}}, statement);
    EXPECT_EQ(parsed.outcome.refused, 2u);
    EXPECT_EQ(text_of(parsed.at(1).original.bytes), sealed);
    const Bytes everything = record::encode(parsed.at(1));
    EXPECT_EQ(text_of(everything).find("RandomKeyString"), std::string_view::npos);
    return parsed.at(1).doubts.at(0);
  };
  EXPECT_EQ(code({}).code, "vendor-library-needed");
  EXPECT_EQ(code(with_keys({testing::kOtherKey})).code, "key-does-not-fit");
  EXPECT_EQ(code(with_keys({"no key"})).code, "key-does-not-fit");
  const record::Doubt fits = code(with_keys({testing::kOtherKey, testing::kRightKey}));
  EXPECT_EQ(fits.code, "vendor-library-needed");
  EXPECT_TRUE(fits.detail.starts_with("the private key fits"));
}

TEST(WecomArchive, AnEmptyReplyIsContext) {
  const Parsed parsed = parse({{"a.json", bytes_of(R"({"errcode":301042,"errmsg":"no","chatdata":[]})")}});
  EXPECT_EQ(parsed.at(0).kind, Kind::context);
  EXPECT_EQ(std::get<std::uint64_t>(parsed.at(0).extra.at("errcode")), 301042u);
}

TEST(WecomArchive, HostileValuesCostOneItemEach) {
  const std::string good = message("text", R"("text":{"content":"x"})");
  const std::string text = good + "\n{\"msgid\":1}\n" + good.substr(0, 60) +
                           "\nnonsense\n{\"chatdata\":[1,{\"a\":2}]}\n" +
                           message("text", R"("text":7,"tolist":{},"roomid":[],"msgtime":"x")") + "\n" +
                           message("mixed", R"("mixed":{"item":[1,{"content":9}]})") + "\n" + good;
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}});
  EXPECT_EQ(parsed.outcome.parsed, 4u);
  EXPECT_EQ(parsed.outcome.refused, 4u);
  std::string nested = R"({"item":[]})";
  for (int i = 0; i < 12; ++i)
    nested = R"({"item":[{"type":"ChatRecordText","content":)" + [&] {
      std::string out = "\"";
      for (const char c : nested) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
      return out + "\"";
    }() + "}]}";
  const Record deep = only("chatrecord", "\"chatrecord\":" + nested);
  EXPECT_EQ(deep.doubts.at(0).code, "nested-too-deep");
}

TEST(WecomArchive, KnowsItsOwnByContentNotByName) {
  const auto score = [](std::string_view text) { return archive_parser().detect({{"x", bytes_of(text)}}); };
  EXPECT_EQ(score(message("text", R"("text":{"content":"x"})")), 90);
  EXPECT_EQ(score("[" + message("text", R"("text":{"content":"x"})") + "]"), 90);
  EXPECT_EQ(score(R"({"errcode":0,"chatdata":[{"seq":1,"encrypt_chat_msg":"x"}]})"), 90);
  EXPECT_EQ(score(R"({"msgid":"1","text":"x"})"), 0);
  EXPECT_EQ(score(R"({"text":"\"msgid\" \"action\" \"msgtype\" \"msgtime\""})"), 0);
  EXPECT_EQ(score(""), 0);
}

TEST(WecomArchive, ValuesNestedTooDeepAreCountedAsTheyAreRead) {
  std::string text = message("text", R"("text":{"content":"x"})") + "\n";
  for (int i = 0; i < 150; ++i) text += "{\"a\":[\n";
  for (int i = 0; i < 150; ++i) text += "]}";
  text += "\n" + message("text", R"("text":{"content":"y"})") + "\n";
  for (int i = 0; i < 20'000; ++i) text += "{\"a\":[\n";
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}});  // compares with the count
  EXPECT_EQ(parsed.outcome.parsed, 2u);
}

}  // namespace
}  // namespace strongroom::capture::wecom
