#include "record/record.h"

#include <gtest/gtest.h>

#include "codec/cbor.h"
#include "codec/text.h"

namespace strongroom::record {
namespace {

/// A record with every member set to something that is not its default.
Record full_record() {
  Record r;
  r.kind = Kind::poll_vote;
  r.source = "signal-backup";
  r.parser_version = 3;
  r.conversation = {"signal:group:aa", "Comité de crise", ConversationKind::group};
  r.author = Person{"aci:1", "Ana Costa", {"tel:+351912345678", "username:ana.01"}, "admin"};
  r.outgoing = true;
  r.people = {{"aci:2", "日本", {}, "member"}, {"aci:3", "", {"pni:9"}, "left"}};
  r.native_id = "n1";
  r.order = 77;
  r.sent_at = {1'710'079'500'123, ZoneCertainty::assumed, "Europe/Lisbon", "2024-03-10T14:05"};
  r.received_at = SourceTime{1'710'079'501'000, ZoneCertainty::stated, "+01:00", ""};
  r.text = "oui \xF0\x9F\x91\x8D \"quoted\"\n";
  r.ranges = {{0, 3, "bold", ""}, {4, 2, "mention", "aci:2"}};
  r.target = Target{"n0", "aci:2", 1'710'079'400'000, "question?"};
  r.reply_to = Target{"", "aci:3", std::nullopt, "earlier"};
  r.attachments = {
      {"a.jpg", "image/jpeg", 10, Hash256{std::byte{1}}, "ref", "caption", "voice", 640, 480,
       AttachmentState::present},
      {"", "", std::nullopt, std::nullopt, "", "", "", std::nullopt, std::nullopt, AttachmentState::missing}};
  r.poll = Poll{"which?", {{"one", 2}, {"two", 0}}, true, false};
  r.expires_in_ms = 3'600'000;
  r.view_once = true;
  r.extra = {{"a_number", std::uint64_t{5}},
             {"below_zero", std::int64_t{-5}},
             {"flag", true},
             {"words", std::string("x")},
             {"raw", Bytes{std::byte{0}, std::byte{255}}}};
  r.doubts = {{"zone-assumed", "the operator did not state a zone"}};
  r.original = {{std::byte{9}, std::byte{8}}, Hash256{std::byte{7}}, 12, 34, "main.jsonl"};
  r.captured_at_ms = 1'710'079'600'000;
  r.clock_offset_ms = -250;
  return r;
}

TEST(Record, SurvivesItsCanonicalEncoding) {
  for (const Record& record : {full_record(), Record{}}) {
    const Bytes bytes = encode(record);
    const auto back = decode(bytes);
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_TRUE(*back == record);
    EXPECT_EQ(encode(*back), bytes);
  }
}

TEST(Record, RefusesEveryTruncation) {
  const Bytes bytes = encode(full_record());
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decode(BytesView(bytes).first(n))) << n;
}

TEST(Record, IsAcceptedInOneWayOfWritingOnly) {
  const Bytes bytes = encode(full_record());
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned flipped = 1; flipped < 256; ++flipped) {
      Bytes other = bytes;
      other[at] ^= static_cast<std::byte>(flipped);
      const auto record = decode(other);
      if (!record) continue;
      ++accepted;
      ASSERT_EQ(encode(*record), other) << "byte " << at;
    }
  }
  EXPECT_GT(accepted, bytes.size());
}

TEST(Record, RefusesBytesAfterTheEnd) {
  Bytes bytes = encode(full_record());
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(decode(bytes));
}

TEST(Record, RefusesAnotherVersionByName) {
  Bytes bytes = encode(Record{});
  bytes[2 + 1 + 17] =
      std::byte{2};  // array head (2), text head (1), "strongroom/record" (17), then the version
  const auto back = decode(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::unsupported);
}

TEST(Record, RepairsTextThatIsNotUtf8RatherThanLosingTheRecord) {
  Record record;
  record.text = "bad \xFF byte";
  const auto back = decode(encode(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->text, "bad \xEF\xBF\xBD byte");
}

TEST(RecordJson, SurvivesOneLineExceptForTheOriginalBytes) {
  Record record = full_record();
  const std::string line = to_json_line(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto back = from_json_line(line);
  ASSERT_TRUE(back) << back.error().to_string();
  record.original.bytes.clear();
  EXPECT_TRUE(*back == record) << line << "\n" << to_json_line(*back);
}

TEST(RecordJson, ReadsTheShortFormPeopleWriteByHand) {
  const auto record = from_json_line(
      R"({"conversation":"Budget","author":"Ana","sent_at":"2024-03-10T15:05:00+01:00","text":"hello"})");
  ASSERT_TRUE(record) << record.error().to_string();
  EXPECT_EQ(record->kind, Kind::message);
  EXPECT_EQ(record->conversation.title, "Budget");
  EXPECT_EQ(record->author->name, "Ana");
  EXPECT_EQ(record->sent_at.unix_ms, 1'710'079'500'000);
}

TEST(RecordJson, NamesTheMemberThatIsWrong) {
  const auto record = from_json_line(R"({"sent_at":"2024-03-10T15:05:00Z","text":5})");
  ASSERT_FALSE(record);
  EXPECT_NE(record.error().what.find("\"text\""), std::string::npos);
}

TEST(RecordJson, UnknownMembersBecomeDoubts) {
  const auto record = from_json_line(R"({"sent_at":"2024-03-10T15:05:00Z","texte":"x"})");
  ASSERT_TRUE(record);
  ASSERT_EQ(record->doubts.size(), 1u);
  EXPECT_EQ(record->doubts[0].code, "unknown-member");
}

TEST(RecordJson, RefusesDepthAndThingsThatAreNoObject) {
  EXPECT_FALSE(from_json_line(std::string(10'000, '[')));
  EXPECT_FALSE(from_json_line("[]"));
  EXPECT_FALSE(from_json_line("{}"));
}

TEST(RecordIdentity, IgnoresNamesFilesAndCaptureTime) {
  Record a = full_record(), b = full_record();
  b.source = "signal-takeout";
  b.author->name = "Ana (new phone)";
  b.conversation.title = "other";
  b.captured_at_ms = 1;
  b.original.file = "other";
  b.order = 3;
  EXPECT_EQ(identity_of(a), identity_of(b));
}

TEST(RecordIdentity, TellsVersionsAndKindsApart) {
  const Record a = full_record();
  Record text = a, kind = a, id = a, conversation = a, when = a;
  text.text = "non";
  kind.kind = Kind::edit;
  id.native_id = "n2";
  conversation.conversation.id = "signal:group:bb";
  when.sent_at.unix_ms += 1;
  for (const Record& other : {text, kind, id, conversation, when})
    EXPECT_NE(identity_of(a), identity_of(other));
}

TEST(RecordNames, EveryKindHasANameThatLeadsBack) {
  for (std::uint64_t k = 1; k <= 17; ++k) {
    const Kind kind = static_cast<Kind>(k);
    EXPECT_EQ(kind_named(name_of(kind)), kind);
  }
  EXPECT_FALSE(kind_named("unknown"));
}

}  // namespace
}  // namespace strongroom::record
