#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "capture/database/connection.h"

namespace strongroom::capture::database {
namespace {

constexpr std::uint64_t kPageSize = 4096;
constexpr std::size_t kPreparedMax = 64;

/// The next word in capitals, or "" where something else begins; comments are no white space here.
std::string next_word(std::string_view& sql) {
  sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n"), sql.size()));
  std::string word;
  while (!sql.empty() && word.size() < 16) {
    const char c = sql.front();
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper < 'A' || upper > 'Z') break;
    word += upper;
    sql.remove_prefix(1);
  }
  return word;
}

bool is_creation(std::string_view sql) {
  if (next_word(sql) != "CREATE") return false;
  std::string second = next_word(sql);
  if (second == "UNIQUE") return next_word(sql) == "INDEX";
  return second == "TABLE" || second == "INDEX";
}

bool is_insertion(std::string_view sql) { return next_word(sql) == "INSERT"; }

int bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, index, *integer);
  if (const auto* real = std::get_if<double>(&value)) return sqlite3_bind_double(statement, index, *real);
  if (const auto* text = std::get_if<std::string_view>(&value))
    return sqlite3_bind_text64(statement, index, text->empty() ? "" : text->data(), text->size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  if (const auto* blob = std::get_if<BytesView>(&value)) {
    const void* data = blob->empty() ? static_cast<const void*>("") : blob->data();
    return sqlite3_bind_blob64(statement, index, data, blob->size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

}  // namespace

/// INSERTs come by the million with the same text.
struct Scratch::Prepared {
  std::map<std::string, sqlite3_stmt*, std::less<>> statements;
  void clear() {
    for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    statements.clear();
  }
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { clear(); }
};

Scratch::Scratch(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)), prepared_(std::make_unique<Prepared>()) {}
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;
Scratch::~Scratch() = default;

Result<Scratch> Scratch::make(const Limits& limits) {
  auto connection = std::make_shared<Connection>();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(":memory:", &connection->handle, flags, nullptr);
  if (code != SQLITE_OK) return connection->error(code);
  const std::string pragmas = fmt::format(
      "PRAGMA page_size={}; PRAGMA max_page_count={}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
      "PRAGMA foreign_keys=OFF; PRAGMA secure_delete=OFF;",
      kPageSize, limits.scratch_bytes_max / kPageSize);
  TRY(connection->execute(pragmas.c_str()));
  TRY(connection->harden(limits, limits.scratch_bytes_max));
  TRY(connection->execute("PRAGMA journal_mode=MEMORY; BEGIN;"));
  sqlite3_set_authorizer(connection->handle, allow_replaying, nullptr);
  return Scratch(std::move(connection));
}

Result<sqlite3_stmt*> Scratch::prepared(std::string_view sql) {
  if (const auto found = prepared_->statements.find(sql); found != prepared_->statements.end())
    return found->second;
  if (prepared_->statements.size() >= kPreparedMax || is_creation(sql)) prepared_->clear();
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_NO_VTAB, &statement, &rest);
  if (code != SQLITE_OK) return connection_->error(code);
  prepared_->statements.emplace(sql, statement);
  const std::string_view after(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (after.find_first_not_of("; \t\r\n") != std::string_view::npos)
    return fail(ErrorCode::refused, "more than one statement in one");
  if (sqlite3_column_count(statement) != 0) return fail(ErrorCode::refused, "the statement returns rows");
  return statement;
}

Result<void> Scratch::replay(std::string_view sql, std::span<const Value> values) {
  if (sql.size() > (1u << 20)) return fail(ErrorCode::limit_exceeded, "the statement is too long");
  if (!is_creation(sql) && !is_insertion(sql))
    return fail(ErrorCode::refused, "the statement is neither CREATE TABLE, CREATE INDEX nor INSERT");
  auto statement = prepared(sql);
  if (!statement) {
    prepared_->clear();
    return std::unexpected(std::move(statement).error());
  }
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(*statement)) != values.size())
    return fail(ErrorCode::malformed, "the statement has another number of values");
  int code = SQLITE_OK;
  for (std::size_t i = 0; i < values.size() && code == SQLITE_OK; ++i)
    code = bind(*statement, static_cast<int>(i) + 1, values[i]);
  if (code == SQLITE_OK) code = sqlite3_step(*statement);
  Result<void> out;
  if (code != SQLITE_DONE) out = connection_->error(code);
  sqlite3_reset(*statement);
  sqlite3_clear_bindings(*statement);
  return out;
}

Result<Database> Scratch::finish() && {
  prepared_->clear();
  sqlite3_set_authorizer(connection_->handle, nullptr, nullptr);
  TRY(connection_->execute("COMMIT;"));
  sqlite3_set_authorizer(connection_->handle, allow_reading, nullptr);
  return Database(std::move(connection_));
}

}  // namespace strongroom::capture::database
