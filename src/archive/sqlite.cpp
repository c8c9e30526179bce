#include "archive/sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "base/check.h"

namespace strongroom::archive {
namespace {

std::unexpected<Error> error_of(sqlite3* database, int code) {
  const bool damaged = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
  return fail(damaged ? ErrorCode::corrupt : ErrorCode::io,
              database != nullptr ? sqlite3_errmsg(database) : "SQLite has no memory", "catalogue",
              "the catalogue can be deleted; it is rebuilt from the ledgers and the vault");
}

}  // namespace

Statement::Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int index, std::uint64_t value) {
  CHECK(sqlite3_bind_int64(statement_, index, static_cast<sqlite3_int64>(value)) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, BytesView value) {
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  const int code = sqlite3_bind_blob64(statement_, index, data, value.size(), SQLITE_TRANSIENT);  // NOLINT
  CHECK(code == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(sqlite3_db_handle(statement_), code);
}

std::uint64_t Statement::integer(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

Bytes Statement::bytes(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? Bytes{} : Bytes(data, data + size);
}

void Statement::reset() { sqlite3_reset(statement_); }

Result<Database> Database::open(const std::string& path, Mode mode) {
  sqlite3* raw = nullptr;
  const int flags =
      mode == Mode::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return error_of(raw, code);
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

Database::Database(Database&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
Database::~Database() { sqlite3_close_v2(database_); }

Result<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  return Statement(raw);
}

Result<void> Database::run(Statement& statement) {
  const Result<bool> row = statement.step();
  statement.reset();
  if (!row) return std::unexpected(row.error());
  CHECK(!*row);
  return {};
}

}  // namespace strongroom::archive
