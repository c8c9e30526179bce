#include "capture/database/database.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "capture/database/image.h"
#include "capture/database/material.h"
#include "capture/database/test_database.h"

namespace strongroom::capture::database {
namespace {

TEST(Database, ReadsRowsOfAFileThatLiesInMemory) {
  const Bytes bytes = test_database();
  const Database database = Database::open(bytes).value();
  Rows rows = database.query("SELECT * FROM message ORDER BY _id").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.column("TEXT"), 1);
  EXPECT_EQ(rows.column("absent"), -1);
  EXPECT_TRUE(rows.is_null(-1));
  EXPECT_EQ(rows.text(1), "one");
  EXPECT_EQ(rows.bytes(2).size(), 2u);
  EXPECT_EQ(rows.integer(3), 17);
  ASSERT_TRUE(rows.next().value());
  EXPECT_TRUE(rows.is_null(1));
  EXPECT_EQ(rows.integer(3), -3);
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.bytes(2).size(), 3000u);
  EXPECT_EQ(rows.type(3), Type::real);
  EXPECT_DOUBLE_EQ(rows.real(3), 2.5);
  EXPECT_FALSE(rows.next().value());
  Rows side = database.query("SELECT note FROM side WHERE message_row_id = ?1").value();
  for (const auto& [id, note] : {std::pair{3, "third"}, std::pair{1, "first"}}) {
    ASSERT_TRUE(side.bind(1, id).next().value());
    EXPECT_EQ(side.text(0), note);
    EXPECT_FALSE(side.next().value());
  }
}

TEST(Database, KnowsTablesFromViews) {
  const Bytes bytes = test_database();
  const Database database = Database::open(bytes).value();
  EXPECT_TRUE(database.has_table("message"));
  EXPECT_FALSE(database.has_table("looking"));
  EXPECT_FALSE(database.has_table("absent"));
  EXPECT_TRUE(database.has_column("message", "text"));
  EXPECT_FALSE(database.has_column("message", "absent"));
  EXPECT_FALSE(database.has_column("looking", "text"));
}

TEST(Database, RefusesEverythingButReadingOrdinaryTables) {
  const Bytes bytes = database_of(
      "CREATE TABLE t(a); INSERT INTO t VALUES(1);"
      "CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE f USING fts5(x);");
  const Database database = Database::open(bytes).value();
  EXPECT_FALSE(database.has_table("f"));
  for (const char* sql :
       {"INSERT INTO t VALUES(2)", "UPDATE t SET a = 2", "DELETE FROM t", "DROP TABLE t", "CREATE TABLE u(a)",
        "ATTACH 'x' AS x", "PRAGMA table_info(t)", "VACUUM INTO 'x'", "SELECT load_extension('x')",
        "SELECT * FROM v", "SELECT * FROM f", "SELECT * FROM pragma_table_info('t')",
        "SELECT printf('%s', 1)", "EXPLAIN SELECT 1", "", "BEGIN",
        "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT * FROM r"}) {
    auto rows = database.query(sql);
    EXPECT_FALSE(rows && rows->next()) << sql;
  }
  EXPECT_TRUE(database.query("SELECT a FROM t").value().next().value());
}

TEST(Database, AQueryThatTakesTooLongEnds) {
  std::string sql = "CREATE TABLE t(a);";
  for (int i = 0; i < 1000; ++i) sql += "INSERT INTO t VALUES(1);";
  const Bytes bytes = database_of(sql);
  const Database database = Database::open(bytes, {}, {.steps_base = 1'000'000, .steps_per_byte = 1}).value();
  Rows rows = database.query("SELECT count(*) FROM t x, t y, t z").value();
  const auto stepped = rows.next();
  ASSERT_FALSE(stepped);
  EXPECT_EQ(stepped.error().code, ErrorCode::limit_exceeded);
}

TEST(Database, DamageIsSaidAndNothingElseHappens) {
  const Bytes good = test_database();
  EXPECT_EQ(Database::open(bytes_of("SQLite format 3")).error().code, ErrorCode::malformed);
  EXPECT_EQ(Database::open({}).error().code, ErrorCode::malformed);
  for (std::size_t cut = 100; cut < good.size(); cut += 100) {
    const auto opened = Database::open(BytesView(good).first(cut));
    if (!opened) continue;
    auto rows = opened->query("SELECT * FROM message");
    if (!rows) continue;
    auto more = rows->next();
    while (more && *more) more = rows->next();
    EXPECT_TRUE(more || more.error().code == ErrorCode::corrupt) << cut;
  }
}

TEST(Database, InvalidTextIsRepairedAndItsBytesStay) {
  const Bytes bytes = database_of("CREATE TABLE t(a); INSERT INTO t VALUES(CAST(x'41ff42' AS TEXT));");
  const Database database = Database::open(bytes).value();
  Rows rows = database.query("SELECT a FROM t").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.bytes(0).size(), 3u);
  EXPECT_EQ(rows.text(0),
            "A\xEF\xBF\xBD"
            "B");
}

Bytes content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return copy_of(bytes_of(text));
}

TEST(Database, TheWriteAheadLogIsReadAsFarAsItWasCommitted) {
  const auto directory = std::filesystem::path(testing::TempDir()) / "capture_database_wal";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((directory / "a.db").c_str(), &handle), SQLITE_OK);
  const char* sql =
      "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a); INSERT INTO t VALUES(1);"
      "PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES(2);";
  ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  const std::size_t committed = content(directory / "a.db-wal").size();
  ASSERT_EQ(sqlite3_exec(handle, "INSERT INTO t VALUES(3);", nullptr, nullptr, nullptr), SQLITE_OK);
  const Bytes bytes = content(directory / "a.db");
  Bytes wal = content(directory / "a.db-wal");
  sqlite3_close(handle);
  std::filesystem::remove_all(directory);

  const auto rows = [&](BytesView log) {
    const Database database = Database::open(bytes, log).value();
    Rows counted = database.query("SELECT count(*) FROM t").value();
    EXPECT_TRUE(counted.next().value());
    return counted.integer(0);
  };
  EXPECT_EQ(rows({}), 1);
  EXPECT_EQ(rows(wal), 3);
  EXPECT_EQ(rows(BytesView(wal).first(committed)), 2);
  EXPECT_EQ(rows(BytesView(wal).first(wal.size() - 1)), 2);
  wal[committed + 100] ^= std::byte{1};
  EXPECT_EQ(rows(wal), 2);
  wal[20] ^= std::byte{1};
  EXPECT_EQ(Database::open(bytes, wal).error().code, ErrorCode::corrupt);
}

TEST(Database, AChangeThatIsNotOverIsUndoneByItsJournal) {
  const auto directory = std::filesystem::path(testing::TempDir()) / "capture_database_journal";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((directory / "a.db").c_str(), &handle), SQLITE_OK);
  const auto run = [&](const char* sql) {
    ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  };
  run("PRAGMA page_size=1024; PRAGMA cache_size=60; PRAGMA synchronous=OFF; CREATE TABLE t(a, b);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300) INSERT INTO t SELECT i, "
      "randomblob(500) FROM n;");
  const Bytes before = content(directory / "a.db");
  run("PRAGMA synchronous=NORMAL; BEGIN; UPDATE t SET a = a + 1000; DELETE FROM t WHERE a > 1250; INSERT "
      "INTO t SELECT a, b FROM t;");
  const Bytes bytes = content(directory / "a.db");
  Bytes journal = content(directory / "a.db-journal");
  run("COMMIT; PRAGMA journal_mode=PERSIST; UPDATE t SET a = 1;");
  const Bytes after = content(directory / "a.db"), over = content(directory / "a.db-journal");
  sqlite3_close(handle);
  std::filesystem::remove_all(directory);

  ASSERT_NE(bytes, before);
  const auto sum = [](const std::vector<InputFile>& files,
                      std::vector<record::Doubt>& doubts) -> std::int64_t {
    auto opened = open_with_log(files, 0, files[0].bytes);
    EXPECT_TRUE(opened);
    doubts = std::move(opened->doubts);
    Rows rows = opened->database.query("SELECT a FROM t").value();
    std::int64_t out = 0;
    while (rows.next().value_or(false)) out += rows.integer(0);
    return out;
  };
  std::vector<record::Doubt> doubts;
  EXPECT_EQ(sum({{"a.db", bytes}, {"a.db-journal", journal}}, doubts), 300 * 301 / 2);
  ASSERT_EQ(doubts.size(), 1u);
  EXPECT_EQ(doubts[0].code, "change-undone");
  EXPECT_EQ(sum({{"a.db", after}, {"a.db-journal", over}}, doubts), 500);
  EXPECT_TRUE(doubts.empty());
  journal[24] ^= std::byte{1};
  (void)sum({{"a.db", bytes}, {"a.db-journal", journal}}, doubts);
  ASSERT_EQ(doubts.size(), 1u);
  EXPECT_EQ(doubts[0].code, "journal-not-read");
}

TEST(Database, AJournalEndsWhereAPageIsDamaged) {
  Bytes journal(512, std::byte{0});
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) journal[at + i] = static_cast<std::byte>(value >> (24 - 8 * i));
  };
  put(0, 0xd9d505f9);
  put(4, 0x20a163d7);
  put(8, 0xffffffff);
  put(16, 2);
  put(20, 512);
  put(24, 512);
  for (const std::uint32_t page : {2u, 3u, 1u}) {
    const std::size_t at = journal.size();
    journal.resize(at + 4 + 512 + 4);
    put(at, page);
    journal[at + 4 + 312] = std::byte{7};
    put(at + 4 + 512, 7);
  }
  EXPECT_EQ(before_change_in(journal, 512)->at.size(), 2u);  // there was no third page before
  EXPECT_EQ(before_change_in(journal, 512)->at.at(2), 516u);
  EXPECT_FALSE(before_change_in(journal, 1024));
  journal[512 + 520 + 4 + 112] = std::byte{1};
  EXPECT_EQ(before_change_in(journal, 512)->at.size(), 1u);
  for (std::size_t size = 0; size < journal.size(); ++size)
    (void)before_change_in(BytesView(journal).first(size), 512);
}

TEST(Scratch, ReplaysTablesIndexesAndRows) {
  Scratch scratch = Scratch::make().value();
  ASSERT_TRUE(
      scratch.replay("CREATE TABLE t (_id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT DEFAULT '', b BLOB)"));
  ASSERT_TRUE(scratch.replay("CREATE INDEX i ON t (a)"));
  ASSERT_TRUE(scratch.replay("create unique index j ON t (_id, a)"));
  const std::array<Value, 3> values{std::int64_t{7}, std::string_view("seven"), BytesView{}};
  ASSERT_TRUE(scratch.replay("INSERT INTO t VALUES (?,?,?)", values));
  EXPECT_EQ(scratch.replay("INSERT INTO t VALUES (?,?,?)", values).error().code, ErrorCode::malformed);
  EXPECT_EQ(scratch.replay("INSERT INTO t VALUES (?,?,?)").error().code, ErrorCode::malformed);
  const Database database = std::move(scratch).finish().value();
  EXPECT_TRUE(database.has_column("t", "b"));
  Rows rows = database.query("SELECT * FROM t").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.integer(0), 7);
  EXPECT_EQ(rows.text(1), "seven");
  EXPECT_EQ(rows.type(2), Type::blob);
  EXPECT_FALSE(rows.next().value());
  EXPECT_FALSE(database.query("DELETE FROM t"));
}

TEST(Scratch, RefusesEveryOtherStatement) {
  Scratch scratch = Scratch::make().value();
  ASSERT_TRUE(scratch.replay("CREATE TABLE t (a)"));
  ASSERT_TRUE(scratch.replay("INSERT INTO t VALUES (1)"));
  for (const char* sql : {"DROP TABLE t",
                          "DELETE FROM t",
                          "UPDATE t SET a = 2",
                          "SELECT 1",
                          "ATTACH 'x' AS y",
                          "PRAGMA page_size",
                          "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END",
                          "CREATE VIEW v AS SELECT * FROM t",
                          "CREATE VIRTUAL TABLE f USING fts5(x)",
                          "CREATE TEMP TABLE u (a)",
                          "CREATE TABLE u AS SELECT * FROM t",
                          "INSERT INTO t SELECT * FROM t",
                          "INSERT INTO t VALUES (hex(randomblob(99999999)))",
                          "INSERT INTO t VALUES ((SELECT a FROM t))",
                          "INSERT INTO t VALUES (1) RETURNING a",
                          "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'x')",
                          "INSERT INTO t VALUES (1); DROP TABLE t",
                          "COMMIT",
                          "BEGIN",
                          "VACUUM",
                          "/* */ INSERT INTO t VALUES (1)",
                          "",
                          "INSERT",
                          "CREATE",
                          "EXPLAIN SELECT 1",
                          "REPLACE INTO t VALUES (2)",
                          "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
                          "REINDEX t"}) {
    EXPECT_FALSE(scratch.replay(sql)) << sql;
  }
  const Database database = std::move(scratch).finish().value();
  Rows rows = database.query("SELECT count(*) FROM t").value();
  ASSERT_TRUE(rows.next().value());
  EXPECT_EQ(rows.integer(0), 1);
}

TEST(Scratch, HoldsNoMoreThanItsLimit) {
  Scratch scratch = Scratch::make({.scratch_bytes_max = 1u << 20}).value();
  ASSERT_TRUE(scratch.replay("CREATE TABLE t (a BLOB)"));
  const Bytes big(100'000);
  const std::array<Value, 1> values{BytesView(big)};
  Result<void> replayed;
  for (int i = 0; i < 20 && replayed; ++i) replayed = scratch.replay("INSERT INTO t VALUES (?)", values);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::limit_exceeded);
}

TEST(Database, TablesWithColumnsComputedFromJsonAreRead) {
  const Bytes bytes = database_of(
      "CREATE TABLE m(id INTEGER, json TEXT, state TEXT GENERATED ALWAYS AS (json_extract(json, '$.s')) "
      "VIRTUAL, "
      "arrow TEXT GENERATED ALWAYS AS (json ->> '$.s') VIRTUAL); CREATE INDEX by_s ON m(json_extract(json, "
      "'$.s'));"
      "INSERT INTO m VALUES(1, '{\"s\":\"open\"}');");
  const auto database = Database::open(bytes);
  ASSERT_TRUE(database);
  auto rows = database->query("SELECT json, state FROM m");
  ASSERT_TRUE(rows && rows->next().value());
  EXPECT_EQ(rows->text(0), "{\"s\":\"open\"}");
  EXPECT_TRUE(rows->is_null(1));
}

}  // namespace
}  // namespace strongroom::capture::database
