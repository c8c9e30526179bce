/// For tests and fuzzers: SQLite files made in memory.
#pragma once

#include <sqlite3.h>

#include <string>

#include "base/bytes.h"
#include "base/check.h"

namespace strongroom::capture::database {

/// The bytes of the database that `sql` makes.
inline Bytes database_of(const std::string& sql) {
  sqlite3* handle = nullptr;
  CHECK(sqlite3_open(":memory:", &handle) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_int64 size = 0;
  unsigned char* image = sqlite3_serialize(handle, "main", &size, 0);
  CHECK(image != nullptr);
  const auto* begin = reinterpret_cast<const std::byte*>(image);
  Bytes out(begin, begin + size);
  sqlite3_free(image);
  sqlite3_close(handle);
  return out;
}

inline Bytes test_database() {
  return database_of(
      "PRAGMA page_size=512;"
      "CREATE TABLE message(_id INTEGER PRIMARY KEY, text TEXT, body BLOB, at INTEGER);"
      "CREATE TABLE side(message_row_id INTEGER, note TEXT); CREATE INDEX side_of ON side(message_row_id);"
      "CREATE VIEW looking AS SELECT * FROM message;"
      "INSERT INTO message VALUES(1, 'one', x'00ff', 17), (2, NULL, NULL, -3), (3, 'three', zeroblob(3000), "
      "2.5);"
      "INSERT INTO side VALUES(1, 'first'), (3, 'third');");
}

}  // namespace strongroom::capture::database
