#include "capture/signal_v1/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/signal_v1/count.h"
#include "capture/signal_v1/kinds.h"
#include "capture/signal_v1/replay.h"
#include "capture/signal_v1/sealed_material.h"
#include "capture/signal_v1/statements.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal_v1 {
namespace {

using material::Writer;
using record::AttachmentState;
using record::Kind;
using record::Record;

constexpr const char* kSelf = "00000000-0000-4000-8000-000000000001";
constexpr const char* kAna = "000a11ce-0000-4000-8000-000000000001";

struct Parsed {
  CollectingSink sink;
  Outcome outcome;
  const Record& first(Kind kind) const {
    for (const Record& r : sink.records)
      if (r.kind == kind) return r;
    ADD_FAILURE() << "no record of kind " << name_of(kind);
    return sink.records.at(0);
  }
};

/// With the keys known, so that nothing waits for 250,000 rounds.
Parsed read(const Writer& writer, const std::string& bytes) {
  Parsed out;
  Tally tally(out.sink, "signal-android", 1);
  const InputFile file{"signal.backup", bytes_of(bytes)};
  EXPECT_TRUE(read_opened(file, writer.header(), writer.keys(), tally));
  out.outcome = tally.outcome();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused,
            count_opened(file.bytes, writer.header(), writer.keys()));
  for (const Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}
Parsed read(const Writer& writer) { return read(writer, writer.bytes()); }

void begin(Writer& w) {
  w.frame([] {
    material::legacy::BackupFrame f;
    f.mutable_version()->set_version(215);
    return f;
  }());
  w.key_value("account.aci", kSelf);
  w.sql(
      "CREATE TABLE \"recipient\" (_id INTEGER PRIMARY KEY AUTOINCREMENT, e164 TEXT UNIQUE DEFAULT NULL, aci "
      "TEXT, "
      "pni TEXT UNIQUE DEFAULT NULL CHECK (pni LIKE 'PNI:%'), group_id TEXT, system_joined_name TEXT, "
      "profile_joined_name TEXT)");
  w.row("recipient", {"1", "NULL", kSelf, "NULL", "NULL", "NULL", "Rui"});
  w.row("recipient", {"2", "+351912345678", kAna, "PNI:x", "NULL", "Ana Costa", "ana"});
  w.row("recipient", {"3", "NULL", "NULL", "NULL", "__signal_group__v2__!ab", "NULL", "NULL"});
  w.sql("CREATE TABLE thread (_id INTEGER PRIMARY KEY, recipient_id INTEGER, archived INTEGER)");
  w.row("thread", {"7", "2", "0"});
  w.row("thread", {"8", "3", "1"});
  w.sql(
      "CREATE TABLE message (_id INTEGER PRIMARY KEY, date_sent INTEGER, date_received INTEGER, thread_id "
      "INTEGER, "
      "from_recipient_id INTEGER, to_recipient_id INTEGER, type INTEGER, body TEXT, quote_id INTEGER, "
      "quote_author INTEGER, quote_body TEXT, remote_deleted INTEGER, original_message_id INTEGER)");
  w.sql(
      "CREATE TABLE reaction (_id INTEGER PRIMARY KEY, message_id INTEGER, author_id INTEGER, emoji TEXT, "
      "date_sent INTEGER, date_received INTEGER, UNIQUE(message_id, author_id) ON CONFLICT REPLACE)");
}
void message(Writer& w, const std::string& id, const std::string& from, const std::string& type,
             const std::string& body, const std::string& at = "1710000000000") {
  w.row("message", {id, at, "1710000001000", "7", from, "2", type, body, "0", "0", "NULL", "0", "NULL"});
}
constexpr const char* kIn = "10485780";  // secure, push, inbox
constexpr const char* kOut = "10485783";  // secure, push, sent

class SignalAndroid : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Versions, SignalAndroid, testing::Values(0u, 1u));

TEST_P(SignalAndroid, MessagesHaveTheirPeopleAndTimes) {
  Writer w(GetParam());
  begin(w);
  message(w, "1", "2", kIn, "olá");
  message(w, "2", "1", kOut, "bom dia", "1710000002000");
  const Parsed parsed = read(w);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const Record& in = parsed.first(Kind::message);
  EXPECT_EQ(in.text, "olá");
  EXPECT_EQ(in.author->id, std::string("aci:") + kAna);
  EXPECT_EQ(in.author->name, "Ana Costa");
  EXPECT_THAT(in.author->addresses, testing::Contains("tel:+351912345678"));
  EXPECT_EQ(in.conversation.id, std::string("signal:direct:aci:") + kAna);
  EXPECT_EQ(in.native_id, std::string("aci:") + kAna + ":1710000000000");
  EXPECT_EQ(in.sent_at.unix_ms, 1'710'000'000'000);
  EXPECT_FALSE(in.outgoing);
  const Record& out = parsed.sink.records.back();
  EXPECT_TRUE(out.outgoing);
  EXPECT_EQ(out.author->id, "self");
  EXPECT_EQ(out.native_id, "self:1710000002000");
}

TEST_P(SignalAndroid, TheOriginalOfAMessageIsItsStatement) {
  Writer w(GetParam());
  begin(w);
  message(w, "1", "2", kIn, "olá");
  const Record original = read(w).first(Kind::message);
  EXPECT_NE(text_of(original.original.bytes).find("INSERT INTO message"), std::string_view::npos);
  EXPECT_NE(text_of(original.original.bytes).find("olá"), std::string_view::npos);
}

TEST_P(SignalAndroid, QuotesReactionsEditsAndDeletionsPointAtTheirMessage) {
  Writer w(GetParam());
  begin(w);
  message(w, "1", "2", kIn, "first");
  w.row("message", {"2", "1710000003000", "1710000003000", "7", "1", "2", kOut, "answer", "1710000000000",
                    "2", "first", "0", "NULL"});
  w.row("message",
        {"3", "1710000004000", "1710000004000", "7", "2", "1", kIn, "better", "0", "0", "NULL", "0", "1"});
  w.row("message",
        {"4", "1710000005000", "1710000005000", "7", "2", "1", kIn, "NULL", "0", "0", "NULL", "1", "NULL"});
  w.row("reaction", {"1", "1", "1", "👍", "1710000006000", "1710000006000"});
  w.row("reaction", {"2", "99", "1", "?", "1710000006000", "1710000006000"});
  const Parsed parsed = read(w);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const std::string first = std::string("aci:") + kAna + ":1710000000000";
  EXPECT_EQ(parsed.first(Kind::edit).target->native_id, first);
  EXPECT_EQ(parsed.first(Kind::reaction).target->native_id, first);
  EXPECT_EQ(parsed.first(Kind::reaction).author->id, "self");
  EXPECT_EQ(parsed.first(Kind::deletion).target->native_id, parsed.first(Kind::deletion).native_id);
  EXPECT_EQ(parsed.sink.records.back().doubts.at(0).code, "missing-target");
  bool quoted = false;
  for (const Record& r : parsed.sink.records)
    quoted = quoted || (r.reply_to && r.reply_to->native_id == first);
  EXPECT_TRUE(quoted);
}

TEST_P(SignalAndroid, FilesInsideAreHandedOverAndNamedByTheirMessage) {
  Writer w(GetParam());
  begin(w);
  message(w, "1", "2", kIn, "look");
  w.sql("CREATE TABLE attachment (_id INTEGER, message_id INTEGER, content_type TEXT, file_name TEXT)");
  w.row("attachment", {"5", "1", "image/jpeg", "beach.jpg"}).attachment(5, "the picture");
  w.row("attachment", {"6", "1", "image/jpeg", "lost.jpg"});
  const Parsed parsed = read(w);
  const Record& said = parsed.first(Kind::message);
  ASSERT_EQ(said.attachments.size(), 2u);
  EXPECT_EQ(said.attachments[0].state, AttachmentState::present);
  EXPECT_EQ(said.attachments[0].sha256, crypto::sha256(bytes_of("the picture")));
  EXPECT_EQ(said.attachments[1].state, AttachmentState::not_in_source);
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), "the picture");
  EXPECT_EQ(parsed.sink.contents[0].first.sent_at, said.sent_at);
}

TEST_P(SignalAndroid, AFileThatWasChangedIsRefusedAndTheRestIsRead) {
  Writer w(GetParam());
  begin(w);
  w.attachment(5, "the picture");
  const std::size_t inside = w.bytes().size() - 14;
  message(w, "1", "2", kIn, "after");
  std::string changed = w.bytes();
  changed[inside] = static_cast<char>(changed[inside] ^ 1);
  const Parsed parsed = read(w, changed);
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.first(Kind::unparsed_original).doubts.at(0).code, "damaged");
  EXPECT_EQ(parsed.first(Kind::message).text, "after");
}

TEST_P(SignalAndroid, NothingAfterADamagedFrameIsTrusted) {
  Writer w(GetParam());
  begin(w);
  message(w, "1", "2", kIn, "whole");
  const std::size_t end = w.bytes().size();
  message(w, "2", "2", kIn, "changed");
  for (const std::size_t at : {end + 1, end + 30, w.bytes().size() - 1}) {
    std::string changed = w.bytes();
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const Parsed parsed = read(w, changed);
    EXPECT_EQ(parsed.outcome.refused, 1u) << at;
    EXPECT_EQ(parsed.first(Kind::unparsed_original).original.offset, end);
    EXPECT_EQ(parsed.first(Kind::message).text, "whole");
  }
  EXPECT_EQ(read(w, w.bytes().substr(0, end + 9)).outcome.refused, 1u);
}

TEST_P(SignalAndroid, HostileStatementsAreKeptAndNeverExecuted) {
  Writer w(GetParam());
  begin(w);
  for (const char* sql :
       {"ATTACH DATABASE '/etc/passwd' AS x", "DROP TABLE message", "PRAGMA writable_schema=1",
        "DELETE FROM message", "SELECT load_extension('x')", "", "VACUUM INTO '/tmp/x'"})
    w.sql(sql);
  w.sql("CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM message; END");
  w.sql("CREATE VIRTUAL TABLE message_fts USING fts5(body)");
  message(w, "1", "2", kIn, "still here");
  const Parsed parsed = read(w);
  EXPECT_EQ(parsed.outcome.refused, 7u);
  EXPECT_EQ(parsed.first(Kind::unparsed_original).doubts.at(0).code, "refused-statement");
  EXPECT_EQ(parsed.first(Kind::message).text, "still here");
}

TEST_P(SignalAndroid, RowsThatDoNotFitAreRefused) {
  Writer w(GetParam());
  begin(w);
  w.row("message", {"1", "2"});
  w.row("sms", {"1", "2"});  // a table that was never made
  const Parsed parsed = read(w);
  EXPECT_EQ(parsed.outcome.refused, 2u);
  EXPECT_EQ(parsed.first(Kind::unparsed_original).doubts.at(0).code, "malformed-row");
}

TEST_P(SignalAndroid, WhatIsNotReadIsCounted) {
  Writer w(GetParam());
  begin(w);
  w.sql("CREATE TABLE drafts (_id INTEGER, value TEXT)");
  w.row("drafts", {"1", "half a thought"}).row("drafts", {"2", "more"});
  const Parsed parsed = read(w);
  const Record& backup = parsed.first(Kind::context);
  EXPECT_EQ(std::get<std::uint64_t>(backup.extra.at("not_read table drafts")), 2u);
  EXPECT_EQ(std::get<std::uint64_t>(backup.extra.at("not_read key-value")), 1u);
  EXPECT_EQ(std::get<std::uint64_t>(backup.extra.at("database_version")), 215u);
}

TEST_P(SignalAndroid, TheOldTablesAreReadToo) {
  Writer w(GetParam());
  begin(w);
  w.sql(
      "CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address INTEGER, date INTEGER, "
      "date_sent INTEGER, "
      "type INTEGER, body TEXT)");
  w.sql(
      "CREATE TABLE mms (_id INTEGER PRIMARY KEY, thread_id INTEGER, date INTEGER, date_received INTEGER, "
      "msg_box "
      "INTEGER, body TEXT, address INTEGER)");
  w.sql(
      "CREATE TABLE part (_id INTEGER PRIMARY KEY, mid INTEGER, ct TEXT, file_name TEXT, unique_id INTEGER)");
  w.row("sms", {"1", "7", "2", "1600000001000", "1600000000000", "23", "short"});
  w.row("mms", {"1", "7", "1600000002000", "1600000003000", kIn, "long", "2"});
  w.row("part", {"9", "1", "image/png", "a.png", "-1"}).attachment(9, "png");
  w.row("message", {"1", "2"});
  const Parsed parsed = read(w);
  const Record& sms = parsed.first(Kind::message);
  EXPECT_EQ(sms.text, "short");
  EXPECT_TRUE(sms.outgoing);
  EXPECT_EQ(sms.author->id, "self");
  EXPECT_EQ(sms.sent_at.unix_ms, 1'600'000'000'000);
  const Record& mms = parsed.sink.records.back();
  EXPECT_EQ(mms.sent_at.unix_ms, 1'600'000'002'000);
  EXPECT_EQ(mms.attachments.at(0).state, AttachmentState::present);
}

TEST(SignalAndroidReplay, MessagesAreFoundByTheirNumberWithoutReadingAllOfThem) {
  Writer w(1);
  begin(w);
  message(w, "1", "2", kIn, "olá");
  CollectingSink sink;
  Tally tally(sink, "signal-android", 1);
  SealedFrames frames(bytes_of(w.bytes()), w.header(), w.keys());
  const Replay replay = Replay::run("x", bytes_of(w.bytes()), frames, tally).value();
  auto indexes =
      replay.rows().query("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'message'");
  ASSERT_TRUE(indexes && indexes->next().value_or(false)) << "each reaction and edit would read the table";
  EXPECT_EQ(indexes->text(0), "CREATE INDEX by_message ON message(_id)");
}

TEST(SignalAndroidFile, TwoBackupsAreToldApart) {
  Writer w(1), other(0);
  begin(w);
  begin(other);
  EXPECT_NE(record::identity_of(read(w).sink.records.front()),
            record::identity_of(read(other).sink.records.front()));
}

TEST(SignalAndroidFile, OpensWithItsPassphraseHoweverItIsWritten) {
  Writer w(1);
  begin(w);
  message(w, "1", "2", kIn, "olá");
  const std::vector<InputFile> files{{"x", bytes_of(w.bytes())}};
  EXPECT_EQ(parser().detect(files), 92);
  for (const std::string& key :
       {std::string(material::kDigits), std::string("Passphrase\n12345 67890 12345 67890 12345 67890\n"),
        std::string("passphrase: 12345 67890 12345\t67890 12345 67890")}) {
    Statement statement;
    statement.keys = {GivenKey::copy_of(bytes_of(key))};
    CollectingSink sink;
    const Outcome outcome = parser().parse(files, statement, {}, sink).value();
    EXPECT_EQ(outcome.refused, 0u) << key;
    EXPECT_EQ(outcome.parsed, parser().count(files, statement, {}).value());
  }
}

TEST(SignalAndroidFile, SaysWhichKeyIsMissingOrWrong) {
  Writer w(1);
  begin(w);
  const std::vector<InputFile> files{{"x", bytes_of(w.bytes())}};
  for (const auto& [key, code] : {std::pair<std::string, std::string>{"", "key-needed"},
                                  {"123456789012345678901234567891", "key-does-not-fit"}}) {
    Statement statement;
    if (!key.empty()) statement.keys = {GivenKey::copy_of(bytes_of(key))};
    CollectingSink sink;
    EXPECT_EQ(parser().parse(files, statement, {}, sink).value().refused, 1u);
    EXPECT_EQ(sink.records.at(0).doubts.at(0).code, code);
    EXPECT_EQ(text_of(sink.records.at(0).original.bytes), w.bytes());
    EXPECT_EQ(parser().count(files, statement, {}).value(), 1u);
  }
}

TEST(SignalAndroidFile, OtherFilesAreNotClaimed) {
  EXPECT_EQ(parser().detect({{"a.backup", bytes_of("not a backup at all, this")}}), 0);
  EXPECT_EQ(parser().detect({{"a", bytes_of("")}, {"b", bytes_of(std::string_view("\0\0\0\x20", 4))}}), 0);
}

TEST(SignalAndroidStatements, ColumnsAreTakenFromAnyWayOfWritingThem) {
  using testing::ElementsAre;
  EXPECT_THAT(
      *columns_in(
          "create table if not exists 'a b' ( \"One\" INT DEFAULT (1,2), [two] TEXT, three /* x, y */, "
          "-- z,\n four, PRIMARY KEY(one, two), CHECK (three IN (1,2)), FOREIGN KEY(x) REFERENCES y(z))"),
      ElementsAre("one", "two", "three", "four"));
  EXPECT_FALSE(columns_in("CREATE TABLE t AS SELECT 1"));
  EXPECT_FALSE(columns_in("CREATE TABLE t (a, b"));
  EXPECT_FALSE(columns_in("CREATE TABLE t (a, \"b"));
  EXPECT_EQ(what_is_said("INSERT INTO \"Message\" VALUES (1)").table, "message");
  EXPECT_EQ(what_is_said("INSERT OR REPLACE INTO message VALUES (1)").act, Act::other);
}

TEST(SignalAndroidKinds, TypesOfMessagesAreToldApart) {
  EXPECT_EQ(kind_of(20).kind, Kind::message);
  EXPECT_FALSE(kind_of(20).outgoing);
  EXPECT_TRUE(kind_of(10485783).outgoing);
  EXPECT_EQ(kind_of(2).kind, Kind::call);
  EXPECT_TRUE(kind_of(8).video);
  EXPECT_EQ(kind_of(20 | 0x40000).kind, Kind::timer);
  EXPECT_EQ(kind_of(20 | 0xB0000).event, "left");
  EXPECT_EQ(kind_of(20 | 0x200).event, "safety_number_changed");
  EXPECT_EQ(kind_of(0x500000014).event, "reported_spam");
  EXPECT_FALSE(kind_of(19).known);
}

}  // namespace
}  // namespace strongroom::capture::signal_v1
