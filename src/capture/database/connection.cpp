#include "capture/database/connection.h"

#include <algorithm>
#include <array>
#include <climits>
#include <string_view>
#include <utility>

namespace strongroom::capture::database {
namespace {

constexpr int kStepsAtOnce = 1000;

int spend(void* context) {
  auto& left = static_cast<Connection*>(context)->steps_left;
  if (left < kStepsAtOnce) return 1;
  left -= kStepsAtOnce;
  return 0;
}

void yield_null(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); }

/// Schemas compute columns and indexes with these, and SQLite 3.40 does not let an untrusted schema name them. Nothing
/// here reads such a column: stand-ins let the rest of the table be read.
constexpr std::array kStandIns{"json", "json_extract", "json_array_length", "json_type", "json_valid",
                               "->",   "->>"};

bool is_harmless(const char* function) {
  static constexpr std::array<std::string_view, 12> kHarmless{"count",  "max",    "min",    "coalesce",
                                                              "ifnull", "length", "substr", "abs",
                                                              "typeof", "lower",  "hex",    "total"};
  return function != nullptr && std::ranges::find(kHarmless, std::string_view(function)) != kHarmless.end();
}

}  // namespace

std::unexpected<Error> Connection::error(int code) const {
  const std::string what = handle != nullptr ? sqlite3_errmsg(handle) : "SQLite has no memory";
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR: return fail(ErrorCode::corrupt, "the database is damaged: " + what);
    case SQLITE_INTERRUPT:
      return fail(ErrorCode::limit_exceeded, "the database takes too many steps to read");
    case SQLITE_NOMEM:
    case SQLITE_FULL:
    case SQLITE_TOOBIG: return fail(ErrorCode::limit_exceeded, "the database is too large: " + what);
    case SQLITE_AUTH: return fail(ErrorCode::refused, "the statement is not allowed here");
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_READONLY: return fail(ErrorCode::malformed, what);
    default: return fail(ErrorCode::internal, "SQLite: " + what);
  }
}

Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<void> Connection::harden(const Limits& limits, std::uint64_t bytes) {
  static constexpr std::array<std::pair<int, int>, 8> kSwitches{{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                                                 {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                                                 {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                                                 {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                                                 {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
                                                                 {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                                                 {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                                                                 {SQLITE_DBCONFIG_DQS_DML, 0}}};
  for (const auto& [name, value] : kSwitches) {
    const int code = sqlite3_db_config(handle, name, value, nullptr);  // NOLINT: variadic by its interface
    if (code != SQLITE_OK) return error(code);
  }
  for (const char* name : kStandIns) {
    const int code =
        sqlite3_create_function_v2(handle, name, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                   nullptr, yield_null, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error(code);
  }
  static constexpr std::array<std::pair<int, int>, 9> kLimits{{{SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
                                                               {SQLITE_LIMIT_COLUMN, 2000},
                                                               {SQLITE_LIMIT_EXPR_DEPTH, 100},
                                                               {SQLITE_LIMIT_COMPOUND_SELECT, 10},
                                                               {SQLITE_LIMIT_VDBE_OP, 1'000'000},
                                                               {SQLITE_LIMIT_ATTACHED, 0},
                                                               {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100},
                                                               {SQLITE_LIMIT_VARIABLE_NUMBER, 2000},
                                                               {SQLITE_LIMIT_WORKER_THREADS, 0}}};
  for (const auto& [name, value] : kLimits) sqlite3_limit(handle, name, value);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH,
                static_cast<int>(std::min<std::uint64_t>(limits.value_bytes_max, 1'000'000'000)));
  steps_left = limits.steps_base + limits.steps_per_byte * bytes;
  sqlite3_progress_handler(handle, kStepsAtOnce, spend, this);
  return execute("PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;");
}

int allow_reading(void*, int action, const char*, const char* b, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ: return SQLITE_OK;
    case SQLITE_FUNCTION: return is_harmless(b) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

int allow_replaying(void*, int action, const char*, const char*, const char* database, const char*) {
  switch (action) {
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:  // of the schema, when a table or index is made; replay() lets no other statement through
    case SQLITE_READ:
    case SQLITE_REINDEX:
      return database == nullptr || std::string_view(database) == "main" ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

}  // namespace strongroom::capture::database
