#include "capture/database/database.h"

#include <utility>

#include "base/check.h"
#include "base/utf8.h"
#include "capture/database/connection.h"

namespace strongroom::capture::database {

Rows::Rows(std::shared_ptr<Connection> connection, sqlite3_stmt* statement)
    : connection_(std::move(connection)), statement_(statement) {}
Rows::Rows(Rows&& other) noexcept
    : connection_(std::move(other.connection_)),
      statement_(std::exchange(other.statement_, nullptr)),
      fresh_(other.fresh_) {}
Rows& Rows::operator=(Rows&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(statement_, other.statement_);
  std::swap(fresh_, other.fresh_);
  return *this;
}
Rows::~Rows() { sqlite3_finalize(statement_); }

Rows& Rows::bind(int index, std::int64_t value) {
  if (!std::exchange(fresh_, true)) sqlite3_reset(statement_);
  CHECK(sqlite3_bind_int64(statement_, index, value) == SQLITE_OK);
  return *this;
}

Rows& Rows::bind(int index, std::string_view value) {
  if (!std::exchange(fresh_, true)) sqlite3_reset(statement_);
  const char* data = value.empty() ? "" : value.data();
  const int code =
      sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);  // NOLINT
  CHECK(code == SQLITE_OK || code == SQLITE_TOOBIG);
  return *this;
}

Result<bool> Rows::next() {
  fresh_ = false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code);
}

int Rows::columns() const { return sqlite3_column_count(statement_); }

std::string_view Rows::name(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name != nullptr ? name : "";
}

int Rows::column(std::string_view name) const {
  for (int i = 0; i < columns(); ++i) {
    const std::string_view have = this->name(i);
    if (have.size() == name.size() &&
        sqlite3_strnicmp(have.data(), name.data(), static_cast<int>(name.size())) == 0)
      return i;
  }
  return -1;
}

Type Rows::type(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER: return Type::integer;
    case SQLITE_FLOAT: return Type::real;
    case SQLITE_TEXT: return Type::text;
    case SQLITE_BLOB: return Type::blob;
    default: return Type::null;
  }
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Rows::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Rows::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  const std::string_view text(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  return utf8::is_valid(text) ? std::string(text) : utf8::repaired(text);
}

BytesView Rows::bytes(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<Database> Database::open(BytesView database, BytesView wal, const Limits& limits) {
  auto connection = std::make_shared<Connection>();
  connection->image = std::make_unique<Image>(TRY(Image::of(database, wal)));
  connection->vfs = std::make_unique<BytesVfs>(*connection->image);
  const int code = sqlite3_open_v2("material", &connection->handle,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                   connection->vfs->name());
  if (code != SQLITE_OK) return connection->error(code);
  TRY(connection->harden(limits, connection->image->size()));
  sqlite3_set_authorizer(connection->handle, allow_reading, nullptr);
  Database out(std::move(connection));
  TRY(TRY(out.query("SELECT count(*) FROM sqlite_schema")).next());  // reads the schema: damage shows here
  return out;
}

bool Database::has_table(std::string_view name) const {
  auto rows = query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND rootpage > 0");
  return rows && rows->bind(1, name).next().value_or(false);
}

bool Database::has_column(std::string_view table, std::string_view column) const {
  return has_table(table) &&
         sqlite3_table_column_metadata(connection_->handle, "main", std::string(table).c_str(),
                                       std::string(column).c_str(), nullptr, nullptr, nullptr, nullptr,
                                       nullptr) == SQLITE_OK;
}

Result<Rows> Database::query(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_NO_VTAB, &statement, nullptr);
  if (code != SQLITE_OK) return connection_->error(code);
  if (statement == nullptr) return fail(ErrorCode::malformed, "there is no statement");
  Rows rows(connection_, statement);
  if (sqlite3_stmt_readonly(statement) == 0 || sqlite3_stmt_isexplain(statement) != 0)
    return fail(ErrorCode::refused, "the statement is not allowed here");
  return rows;
}

}  // namespace strongroom::capture::database
