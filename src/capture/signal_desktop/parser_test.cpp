#include "capture/signal_desktop/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/signal_desktop/sealed_material.h"

namespace strongroom::capture::signal_desktop {
namespace {

using material::database_with_room;
using material::kKeyHex;
using material::sealed;
using record::AttachmentState;
using record::Kind;
using record::Record;

constexpr const char* kTables = R"(
CREATE TABLE conversations(id STRING PRIMARY KEY ASC, json TEXT, type STRING, name TEXT, profileFullName TEXT, e164 TEXT,
  serviceId TEXT, groupId TEXT);
CREATE TABLE items(id STRING PRIMARY KEY ASC, json TEXT);
CREATE TABLE messages(rowid INTEGER PRIMARY KEY ASC, id STRING UNIQUE, json TEXT, sent_at INTEGER, received_at INTEGER,
  received_at_ms INTEGER, conversationId STRING, sourceServiceId TEXT, body TEXT, type STRING,
  hidden TEXT GENERATED ALWAYS AS (json_extract(json, '$.x')) VIRTUAL);
INSERT INTO items VALUES('uuid_id', '{"id":"uuid_id","value":"00000000-0000-4000-8000-000000000001.2"}');
INSERT INTO conversations VALUES('c-ana', '{"username":"ana.01"}', 'private', 'Ana Costa', 'Ana', '+351912345678',
  '000a11ce-0000-4000-8000-000000000001', NULL);
INSERT INTO conversations VALUES('c-me', '{}', 'private', NULL, 'Rui', NULL, '00000000-0000-4000-8000-000000000001', NULL);
INSERT INTO conversations VALUES('c-team', '{"masterKey":"a2V5","membersV2":[{"aci":"000a11ce-0000-4000-8000-000000000001"},
  {"aci":"00000000-0000-4000-8000-000000000001"}]}', 'group', 'Team', NULL, NULL, NULL, 'Z3JvdXA=');
)";
constexpr const char* kAna = "aci:000a11ce-0000-4000-8000-000000000001";

std::string message(const std::string& id, const std::string& json, const std::string& type = "incoming",
                    const std::string& body = "olá", const std::string& conversation = "c-ana") {
  return "INSERT INTO messages(id, json, sent_at, received_at, received_at_ms, conversationId, "
         "sourceServiceId, body, type) "
         "VALUES('" +
         id + "', '" + json + "', 1710000000000, 17, 1710000001000, '" + conversation + "', " +
         (type == "incoming" ? "'000A11CE-0000-4000-8000-000000000001'" : "NULL") + ", '" + body + "', '" +
         type + "');";
}

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

Parsed parse(const std::vector<InputFile>& files, std::string_view key = kKeyHex) {
  Parsed out;
  Statement statement;
  if (!key.empty()) statement.keys = {GivenKey::copy_of(bytes_of(key))};
  out.outcome = parser().parse(files, statement, {}, out.sink).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, parser().count(files, statement, {}).value());
  for (const Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}
Parsed parse_sql(const std::string& sql) {
  const Bytes file = sealed(database_with_room(kTables + sql));
  return parse({{"Signal/sql/db.sqlite", file}});
}

TEST(SignalDesktop, MessagesHaveTheirPeopleAndTimes) {
  const Parsed parsed = parse_sql(message("m1", R"({"bodyRanges":[{"start":0,"length":2,"style":1}]})") +
                                  message("m2", "{}", "outgoing", "bom dia", "c-team"));
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const Record& in = parsed.first(Kind::message);
  EXPECT_EQ(in.text, "olá");
  EXPECT_EQ(in.author->id, kAna);
  EXPECT_EQ(in.author->name, "Ana Costa");
  EXPECT_THAT(in.author->addresses, testing::ElementsAre("tel:+351912345678", "username:ana.01"));
  EXPECT_EQ(in.conversation.id, std::string("signal:direct:") + kAna);
  EXPECT_EQ(in.native_id, std::string(kAna) + ":1710000000000");
  EXPECT_EQ(in.sent_at.unix_ms, 1'710'000'000'000);
  EXPECT_EQ(in.received_at->unix_ms, 1'710'000'001'000);
  EXPECT_EQ(in.ranges.at(0).style, "bold");
  EXPECT_NE(text_of(in.original.bytes).find("bodyRanges"), std::string_view::npos);
  const Record& out = parsed.sink.records.back();
  EXPECT_TRUE(out.outgoing);
  EXPECT_EQ(out.author->id, "self");
  EXPECT_EQ(out.conversation.title, "Team");
  EXPECT_EQ(out.people.size(), 2u);
}

TEST(SignalDesktop, EditsReactionsQuotesAndDeletionsPointAtTheirMessage) {
  const Parsed parsed = parse_sql(
      message(
          "m1",
          R"({"editHistory":[{"body":"third","timestamp":1710000009000},{"body":"second","timestamp":1710000005000},
        {"body":"first","timestamp":1710000000000}],"reactions":[{"emoji":"+","fromId":"c-me","timestamp":1710000006000}]})",
          "incoming", "third") +
      message(
          "m2",
          R"({"quote":{"id":"1710000000000","authorAci":"000a11ce-0000-4000-8000-000000000001","text":"third"}})",
          "outgoing", "answer") +
      message("m3", R"({"deletedForEveryone":true})", "incoming", ""));
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const std::string first = std::string(kAna) + ":1710000000000";
  EXPECT_EQ(parsed.first(Kind::message).text, "first");
  EXPECT_EQ(parsed.first(Kind::edit).text, "second");
  EXPECT_EQ(parsed.first(Kind::edit).target->native_id, first);
  EXPECT_EQ(parsed.first(Kind::reaction).target->native_id, first);
  EXPECT_EQ(parsed.first(Kind::reaction).author->id, "self");
  EXPECT_EQ(parsed.first(Kind::deletion).target->native_id, first);
  std::vector<std::string> texts;
  for (const Record& r : parsed.sink.records) {
    if (r.kind == Kind::edit) texts.push_back(r.text);
    if (r.text == "answer") {
      EXPECT_EQ(r.reply_to->native_id, first);
    }
  }
  EXPECT_THAT(texts, testing::ElementsAre("second", "third"));
}

TEST(SignalDesktop, AttachmentFilesAreOpenedWithTheKeyOfTheirMessage) {
  const std::string key = std::string(32, 'c') + std::string(32, 'm');
  Bytes padded = copy_of(bytes_of("a picture"));
  padded.resize(541);
  Bytes locked(16, std::byte{3});
  append(locked, signal::material::cbc(bytes_of(key).first(32), locked, padded));
  append(locked, signal::material::mac_of(bytes_of(key).last(32), locked));
  const Bytes file = sealed(database_with_room(
      kTables +
      message(
          "m1",
          R"({"attachments":[{"path":"ab/abcd","version":2,"size":9,"contentType":"image/png","localKey":")" +
              codec::base64(bytes_of(key)) +
              R"("},{"path":"cd\\cdef","size":5,"flags":1},{"path":"no/none","size":1}]})")));
  const Parsed parsed = parse({{"S/sql/db.sqlite", file},
                               {"S/attachments.noindex/ab/abcd", locked},
                               {"S/attachments.noindex/cd/cdef", bytes_of("voice")},
                               {"S/config.json", bytes_of("{}")}});
  const auto& named = parsed.first(Kind::message).attachments;
  ASSERT_EQ(named.size(), 3u);
  EXPECT_EQ(named[0].sha256, crypto::sha256(bytes_of("a picture")));
  EXPECT_EQ(named[1].flavour, "voice");
  EXPECT_EQ(named[1].state, AttachmentState::present);
  EXPECT_EQ(named[2].state, AttachmentState::missing);
  ASSERT_EQ(parsed.sink.contents.size(), 2u);
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), "a picture");
}

TEST(SignalDesktop, FilesInATableOfTheirOwnAreRead) {
  const Parsed parsed = parse_sql(
      "CREATE TABLE message_attachments(messageId TEXT, editHistoryIndex INTEGER, attachmentType TEXT, "
      "orderInMessage "
      "INTEGER, size INTEGER, contentType TEXT, path TEXT, localKey TEXT, fileName TEXT) STRICT;"
      "INSERT INTO message_attachments VALUES('m1', -1, 'attachment', 0, 7, 'image/png', NULL, NULL, "
      "'a.png');" +
      message("m1", "{}"));
  const auto& named = parsed.first(Kind::message).attachments;
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].name, "a.png");
  EXPECT_EQ(named[0].state, AttachmentState::not_in_source);
}

TEST(SignalDesktop, TheKeyIsFoundInTheConfigurationBeside) {
  const Bytes file = sealed(database_with_room(kTables + message("m1", "{}")));
  const std::string config = "{\"key\": \"" + std::string(kKeyHex) + "\"}";
  const Parsed parsed = parse({{"S/sql/db.sqlite", file}, {"S/config.json", bytes_of(config)}}, "");
  EXPECT_EQ(parsed.outcome.refused, 0u);
  EXPECT_EQ(parsed.first(Kind::message).text, "olá");
}

TEST(SignalDesktop, SaysWhichKeyIsMissingOrWrong) {
  const Bytes file = sealed(database_with_room(kTables));
  const Parsed none = parse({{"db.sqlite", file}}, "");
  EXPECT_EQ(none.first(Kind::unparsed_original).doubts.at(0).code, "key-needed");
  EXPECT_EQ(none.first(Kind::unparsed_original).original.bytes, file);
  const Parsed wrong = parse({{"db.sqlite", file}}, std::string(64, 'a'));
  EXPECT_EQ(wrong.first(Kind::unparsed_original).doubts.at(0).code, "key-does-not-fit");
}

TEST(SignalDesktop, ADamagedPageIsKeptAndTheRestIsRead) {
  std::string sql;
  for (int i = 0; i < 200; ++i)
    sql += message("m" + std::to_string(i), "{}", "incoming", std::string(300, 'x'));
  Bytes file = sealed(database_with_room(kTables + sql));
  const std::size_t last = file.size() - kPageBytes + 100;
  file[last] ^= std::byte{1};
  Statement statement;
  statement.keys = {GivenKey::copy_of(bytes_of(kKeyHex))};
  CollectingSink sink;
  const Outcome outcome = parser().parse({{"db.sqlite", file}}, statement, {}, sink).value();
  EXPECT_GE(outcome.refused, 1u);
  EXPECT_GT(outcome.parsed, 50u);
  bool said = false;
  for (const Record& r : sink.records)
    said = said || (!r.doubts.empty() && r.doubts[0].code == "damaged-page");
  EXPECT_TRUE(said);
}

TEST(SignalDesktop, ALogThatDoesNotFitIsKeptAndSaid) {
  const Bytes file = sealed(database_with_room(kTables + message("m1", "{}")));
  const std::string log(32 + 24 + 4096, 'w');
  const Parsed parsed = parse({{"S/db.sqlite", file}, {"S/db.sqlite-wal", bytes_of(log)}});
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.first(Kind::message).text, "olá");
  const Record& refused = parsed.first(Kind::unparsed_original);
  EXPECT_EQ(refused.doubts.at(0).code, "wal-not-read");
  EXPECT_EQ(text_of(refused.original.bytes), log);
}

TEST(SignalDesktop, DamagedConversationsDoNotCostTheMessages) {
  const Bytes good = database_with_room(kTables + message("m1", "{}"));
  std::size_t damaged = 0;
  for (std::size_t page = kPageBytes; page < good.size(); page += kPageBytes) {
    Bytes bad = good;  // sealed with the damage in it: its checksum fits
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(page), 200, std::byte{0xA5});
    const Bytes file = sealed(bad);
    const Parsed parsed = parse({{"db.sqlite", file}});
    for (const Record& r : parsed.sink.records) {
      if (r.kind != Kind::unparsed_original ||
          r.doubts.at(0).detail.find("conversations") == std::string::npos)
        continue;
      ++damaged;
      EXPECT_EQ(r.original.bytes, file);
      EXPECT_EQ(parsed.first(Kind::message).text, "olá");
    }
  }
  EXPECT_GT(damaged, 0u);
}

TEST(SignalDesktop, MessagesThatAreNoJsonAreRefusedOneByOne) {
  std::string tables = kTables;
  const std::size_t computed = tables.find(" GENERATED");
  tables.erase(computed, tables.find("VIRTUAL") + 7 - computed);
  const Bytes file = sealed(
      database_with_room(tables + message("m1", "not json") + message("m2", "[1]") + message("m3", "{}")));
  const Parsed parsed = parse({{"db.sqlite", file}});
  EXPECT_EQ(parsed.outcome.refused, 2u);
  EXPECT_EQ(parsed.first(Kind::unparsed_original).doubts.at(0).code, "malformed-message");
  EXPECT_EQ(parsed.first(Kind::message).text, "olá");
}

TEST(SignalDesktop, OddValuesDoNotStopTheReading) {
  const Parsed parsed = parse_sql(
      message(
          "m1",
          R"({"reactions":[1,null,{}],"editHistory":[2,3],"quote":7,"attachments":[[],{}],"bodyRanges":{}})") +
      message("m2", R"({"sent_at":-5,"preview":[1],"sticker":{"data":1}})", "new-kind") +
      "INSERT INTO messages(id) VALUES('m4');");
  EXPECT_EQ(parsed.outcome.refused, 1u);  // the row without JSON
}

TEST(SignalDesktop, OtherDatabasesAreNotClaimed) {
  const Bytes plain = database_with_room(kTables);
  EXPECT_EQ(parser().detect({{"sql/db.sqlite", plain}}), 0);
  const Bytes file = sealed(plain);
  EXPECT_EQ(parser().detect({{"sql/db.sqlite", file}}), 60);
  EXPECT_EQ(parser().detect({{"sql/other.sqlite", file}}), 0);
}

TEST(SignalDesktop, TheCommittedPartOfTheLogIsLaidOverThePages) {
  const Bytes before = database_with_room(kTables + message("m1", "{}", "incoming", "before"));
  const Bytes after = database_with_room(kTables + message("m1", "{}", "incoming", "after!"));
  ASSERT_EQ(before.size(), after.size());
  const Bytes file = sealed(before), newer = sealed(after);
  Bytes wal;
  const auto put = [&wal](std::uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) wal.push_back(static_cast<std::byte>(v >> shift));
  };
  std::uint32_t a = 0, b = 0;
  const auto sum = [&](BytesView bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      std::uint32_t x = 0, y = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        x = (x << 8) | std::to_integer<std::uint32_t>(bytes[at + i]);
        y = (y << 8) | std::to_integer<std::uint32_t>(bytes[at + 4 + i]);
      }
      a += x + b;
      b += y + a;
    }
  };
  for (const std::uint32_t v : {0x377f0683u, 3007000u, 4096u, 0u, 11u, 12u}) put(v);
  sum(wal);
  put(a);
  put(b);
  const auto pages = static_cast<std::uint32_t>(newer.size() / kPageBytes);
  for (std::uint32_t number = 1; number <= pages; ++number) {
    const std::size_t at = wal.size();
    put(number);
    put(number == pages ? pages : 0);
    const BytesView page = BytesView(newer).subspan((number - 1) * kPageBytes, kPageBytes);
    sum(BytesView(wal).subspan(at, 8));
    sum(page);
    for (const std::uint32_t v : {11u, 12u, a, b}) put(v);
    append(wal, page);
  }
  const auto text_with = [&](BytesView log) {
    return parse({{"db.sqlite", file}, {"db.sqlite-wal", log}}).first(Kind::message).text;
  };
  EXPECT_EQ(text_with(wal), "after!");
  EXPECT_EQ(text_with(BytesView(wal).first(wal.size() - 1)), "before");  // not committed
  wal[40] ^= std::byte{1};
  EXPECT_EQ(text_with(wal), "before");
}

}  // namespace
}  // namespace strongroom::capture::signal_desktop
