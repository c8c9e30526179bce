#include "capture/matrix/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/collecting_sink.h"

namespace strongroom::capture::matrix {
namespace {

using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {}) {
  Parsed out;
  out.outcome = parser().parse(files, statement, {}, out.sink).value();
  EXPECT_EQ(parser().count(files, {}, {}).value(), out.outcome.parsed + out.outcome.refused);
  for (const Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    EXPECT_TRUE(again && *again == record) << record.native_id;
  }
  return out;
}

std::string event(std::string_view type, std::string_view content, std::string_view more = "") {
  return R"({"type":")" + std::string(type) +
         R"(","event_id":"$e","room_id":"!r:h","sender":"@ana:h","origin_server_ts":1500000000000,"content":)" +
         std::string(content) + std::string(more) + "}";
}

Record one(std::string_view type, std::string_view content, std::string_view more = "") {
  const std::string text = event(type, content, more);
  return parse({{"e.json", bytes_of(text)}}).sink.records.at(0);
}

TEST(Matrix, MessagesEditsRepliesAndThreads) {
  const Record plain =
      one("m.room.message", R"({"msgtype":"m.text","body":"hello","formatted_body":"<b>hello</b>"})");
  EXPECT_EQ(plain.kind, Kind::message);
  EXPECT_EQ(plain.conversation.id, "matrix:!r:h");
  EXPECT_EQ(plain.author->id, "matrix:@ana:h");
  EXPECT_EQ(plain.text, "hello");
  EXPECT_EQ(plain.sent_at.unix_ms, 1'500'000'000'000);
  EXPECT_EQ(std::get<std::string>(plain.extra.at("content.formatted_body")), "<b>hello</b>");
  const Record edit = one(
      "m.room.message",
      R"({"msgtype":"m.text","body":"* new","m.new_content":{"msgtype":"m.text","body":"new"},"m.relates_to":{"rel_type":"m.replace","event_id":"$old"}})");
  EXPECT_EQ(edit.kind, Kind::edit);
  EXPECT_EQ(edit.text, "new");
  EXPECT_EQ(edit.target->native_id, "$old");
  const Record reply = one(
      "m.room.message",
      R"({"msgtype":"m.text","body":"> <@bo:h> what\n> else\n\nyes","m.relates_to":{"m.in_reply_to":{"event_id":"$q"}}})");
  EXPECT_EQ(reply.text, "yes");
  EXPECT_EQ(reply.reply_to->native_id, "$q");
  EXPECT_EQ(reply.reply_to->text, "<@bo:h> what\nelse");
  const Record thread = one(
      "m.room.message",
      R"({"msgtype":"m.text","body":"t","m.relates_to":{"rel_type":"m.thread","event_id":"$root","is_falling_back":true,"m.in_reply_to":{"event_id":"$last"}}})");
  EXPECT_EQ(thread.reply_to->native_id, "$root");
}

TEST(Matrix, ReactionsRedactionsMembershipAndCalls) {
  const Record reaction =
      one("m.reaction", R"({"m.relates_to":{"rel_type":"m.annotation","event_id":"$m","key":"+1"}})");
  EXPECT_EQ(reaction.kind, Kind::reaction);
  EXPECT_EQ(reaction.text, "+1");
  EXPECT_EQ(one("m.room.redaction", R"({"redacts":"$m","reason":"spam"})").target->native_id, "$m");
  EXPECT_EQ(one("m.room.redaction", "{}", R"(,"redacts":"$n")").target->native_id, "$n");
  const Record redacted =
      one("m.room.message", "{}",
          R"(,"unsigned":{"redacted_because":{"sender":"@mod:h","origin_server_ts":1500000001000}})");
  EXPECT_EQ(redacted.kind, Kind::deletion);
  EXPECT_EQ(std::get<std::string>(redacted.extra.at("redacted_by")), "@mod:h");
  const Record join =
      one("m.room.member", R"({"membership":"join","displayname":"Ana"})", R"(,"state_key":"@ana:h")");
  EXPECT_EQ(join.kind, Kind::membership);
  EXPECT_EQ(join.people.at(0).role, "joined");
  EXPECT_EQ(join.author->name, "Ana");
  const Record renamed =
      one("m.room.member", R"({"membership":"join","displayname":"Ana C"})",
          R"(,"state_key":"@ana:h","unsigned":{"prev_content":{"membership":"join","displayname":"Ana"}})");
  EXPECT_EQ(renamed.kind, Kind::rename);
  EXPECT_EQ(std::get<std::string>(renamed.extra.at("old_name")), "Ana");
  EXPECT_EQ(one("m.room.member", R"({"membership":"leave"})", R"(,"state_key":"@bo:h")").people.at(0).role,
            "removed");
  EXPECT_EQ(one("m.call.invite", R"({"call_id":"1"})").kind, Kind::call);
  EXPECT_EQ(one("m.room.name", R"({"name":"Board"})", R"(,"state_key":"")").conversation.title, "Board");
  EXPECT_EQ(one("org.example.new", "{}").doubts.at(0).code, "unknown-kind");
  const Record poll =
      one("m.poll.start",
          R"({"m.poll":{"question":{"m.text":[{"body":"When?"}]},"answers":[{"m.text":[{"body":"now"}]}]}})");
  EXPECT_EQ(poll.kind, Kind::poll);
  EXPECT_EQ(poll.poll->question, "When?");
}

// AES-256-CTR of "attachment\n", key 32 bytes 0x01, vector 8 bytes 0x02 and 8 of zero (openssl enc).
TEST(Matrix, AnEncryptedFileBesideIsCheckedAndDecrypted) {
  const std::string_view content =
      R"({"msgtype":"m.file","body":"note.txt","file":{"url":"mxc://h/MEDIA","v":"v2","key":{"kty":"oct","alg":"A256CTR","k":"@K"},"iv":"@IV","hashes":{"sha256":"@SHA"}}})";
  std::string filled(content);
  const auto put = [&](std::string_view mark, std::string_view value) {
    filled.replace(filled.find(mark), mark.size(), value);
  };
  put("@K", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
  put("@IV", "AgICAgICAgIAAAAAAAAAAA");
  put("@SHA", "pm0PUPBLzaMCFNoHF3BKuPcoYEKvBP08fT6c9YaTFok");
  const std::string text = event("m.room.message", filled);
  const std::string cipher("\362\357\154\323\072\372\303\040\202\376\123", 11);
  const Parsed parsed = parse({{"e.json", bytes_of(text)}, {"media/MEDIA", bytes_of(cipher)}});
  const Record& record = parsed.sink.records.at(0);
  ASSERT_EQ(record.attachments.size(), 1u);
  EXPECT_EQ(record.attachments[0].state, record::AttachmentState::present);
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), "attachment\n");
  EXPECT_EQ(parsed.sink.contents[0].first.attachments[0].sha256, record.attachments[0].sha256);
  EXPECT_TRUE(parsed.sink.contents[0].first.extra.contains("ciphertext_sha256"));
  const Parsed altered = parse({{"e.json", bytes_of(text)}, {"media/MEDIA", bytes_of("altered")}});
  EXPECT_EQ(altered.sink.records.at(0).doubts.at(0).code, "attachment-altered");
  EXPECT_EQ(text_of(altered.sink.contents.at(0).second), "altered");
}

TEST(Matrix, AnswersOfServersAndElementsExportAreWalked) {
  const std::string m = event("m.room.message", R"({"msgtype":"m.text","body":"x"})");
  const std::string bare =
      R"({"type":"m.room.message","event_id":"$s","sender":"@ana:h","origin_server_ts":1500000000000,"content":{"msgtype":"m.text","body":"y"}})";
  const std::string sync =
      R"({"next_batch":"s1","rooms":{"join":{"!room:h":{"timeline":{"events":[)" + bare +
      R"(],"prev_batch":"p"},"state":{"events":[]},"ephemeral":{"events":[{"type":"m.typing","content":{"user_ids":[]}}]}}}},"presence":{"events":[]}})";
  const Parsed synced = parse({{"sync.json", bytes_of(sync)}});
  ASSERT_EQ(synced.sink.records.size(), 3u);
  EXPECT_EQ(synced.sink.records[0].conversation.id, "matrix:!room:h");
  EXPECT_EQ(synced.sink.records[1].kind, Kind::context);
  EXPECT_EQ(parse({{"a", bytes_of(R"({"chunk":[)" + m + R"(],"start":"a"})")}}).outcome.parsed, 2u);
  EXPECT_EQ(parse({{"a", bytes_of("[" + m + "," + m + ",{]")}}).outcome.refused, 1u);
  const std::string element = R"({"room_name":"Board","room_creator":"@ana:h","messages":[)" + m + "]}";
  const Parsed exported = parse({{"export.json", bytes_of(element)}});
  EXPECT_EQ(exported.sink.records[0].conversation.title, "Board");
}

TEST(Matrix, EventsWithoutAnIdAreToldApartByTheirBytes) {
  const std::string_view sync =
      R"({"next_batch":"s","account_data":{"events":[{"type":"org.a","content":{}},{"type":"org.b","content":{}}]},
      "to_device":{"events":[{"type":"m.room.encrypted","sender":"@a:h","content":{"ciphertext":"1"}},
                             {"type":"m.room.encrypted","sender":"@a:h","content":{"ciphertext":"2"}}]},
      "rooms":{"invite":{"!r:h":{"invite_state":{"events":[
        {"type":"m.room.member","sender":"@a:h","state_key":"@a:h","content":{"membership":"join"}},
        {"type":"m.room.member","sender":"@a:h","state_key":"@b:h","content":{"membership":"invite"}}]}}}}})";
  const Parsed parsed = parse({{"sync.json", bytes_of(sync)}});
  std::set<Hash256> identities;
  for (const Record& record : parsed.sink.records) identities.insert(record::identity_of(record));
  EXPECT_EQ(parsed.sink.records.size(), 7u);
  EXPECT_EQ(identities.size(), 7u);
}

TEST(Matrix, WrongTypesAndTruncationDoNotBringItDown) {
  for (const std::string_view content :
       {R"({"msgtype":1,"body":[],"file":{"url":7,"key":[]},"info":3,"m.relates_to":"x"})", "[]", "1",
        R"({"m.relates_to":{"m.in_reply_to":[]},"body":"> "})", R"({"pinned":[1]})", R"({"membership":{}})",
        R"({"algorithm":"m.megolm.v1.aes-sha2","ciphertext":"%%","session_id":3})"}) {
    for (const char* const type :
         {"m.room.message", "m.room.member", "m.room.pinned_events", "m.room.encrypted", "m.receipt",
          "m.poll.start", "m.room.name", "m.reaction"})
      (void)one(type, content);
  }
  const std::string whole = R"({"chunk":[)" + event("m.room.message", R"({"body":"x"})") + "]}";
  for (std::size_t size = 120; size < whole.size(); size += 7) {
    const std::string cut = whole.substr(0, size);
    if (parser().detect({{"a", bytes_of(cut)}}) > 0) (void)parse({{"a", bytes_of(cut)}});
  }
}

TEST(Matrix, NamesThatAreNotUtf8AreRepairedWhereverTheyStand) {
  const std::string_view sync =
      "{\"next_batch\":\"s\",\"rooms\":{\"join\":{\"!\xFF:h\":{\"timeline\":{\"events\":["
      "{\"type\":\"m.room.pinned_events\",\"content\":{\"pinned\":[\"$\xFF\"]}},"
      "{\"type\":\"m.receipt\",\"content\":{\"$\xFF\":{\"m.read\":{\"@\xFF\":{\"ts\":1500000000000}}}}}]}}}}"
      "}";
  EXPECT_EQ(parse({{"a", bytes_of(sync)}}).outcome.parsed, 3u);
}

TEST(Matrix, OtherServicesFilesAreNotItsOwn) {
  for (const std::string_view text :
       {R"({"messages":[{"id":1,"type":"message","date":"2024-01-01T00:00:00"}]})",
        R"({"type":"message","content":{}})", R"([{"type":"message","ts":"1555493779.000200"}])",
        R"({"type":"post","post":{"message":""}})", "[]", "{}", "", "x",
        R"({"messages":[{"sender_name":"a","timestamp_ms":1,"content":"b"}]})", R"({"rooms":{}})"})
    EXPECT_EQ(parser().detect({{"a.json", bytes_of(text)}}), 0) << text;
}

}  // namespace
}  // namespace strongroom::capture::matrix
