/// Reading SQLite databases of other applications, which may be hostile: out of memory, never from a file; only SELECT,
/// only ordinary tables, no view, trigger, virtual table, extension or attached file; steps and sizes bounded.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

struct sqlite3_stmt;

namespace strongroom::capture::database {

struct Connection;

struct Limits {
  std::uint64_t value_bytes_max = 64u << 20;  ///< one text or blob, and one row
  std::uint64_t steps_base = 100'000'000;  ///< instructions of SQLite's machine, all queries together,
  std::uint64_t steps_per_byte = 400;  ///< and this many more for each byte of the database
  std::uint64_t scratch_bytes_max = 1536u << 20;  ///< of a scratch database
};

enum class Type { null, integer, real, text, blob };

/// One query and the row it stands on. Bind from 1, columns from 0. What a column gives is borrowed until `next`.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  /// Starts over with other values.
  Rows& bind(int index, std::int64_t value);
  Rows& bind(int index, std::string_view value);
  /// True if there is a row; false at the end. `corrupt` (the database is damaged), `limit_exceeded`.
  Result<bool> next();

  int columns() const;
  /// -1 if the query has no such column (compared without case, as SQLite does).
  int column(std::string_view name) const;
  std::string_view name(int column) const;
  Type type(int column) const;
  bool is_null(int column) const { return type(column) == Type::null; }
  /// Converted as SQLite does: 0 for null and for text that is no number. A column of -1 is null.
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// Valid UTF-8 (invalid bytes replaced); numbers written out; blobs as if they were text.
  std::string text(int column) const;
  /// The bytes of a text or blob as stored.
  BytesView bytes(int column) const;

 private:
  friend class Database;
  Rows(std::shared_ptr<Connection> connection, sqlite3_stmt* statement);
  std::shared_ptr<Connection> connection_;
  sqlite3_stmt* statement_;
  bool fresh_ = true;
};

class Database {
 public:
  /// `database` and `wal` (may be empty) are borrowed for as long as the object or a query of it lives. `malformed` (no
  /// database), `corrupt` (damaged, or the log belongs to another).
  static Result<Database> open(BytesView database, BytesView wal = {}, const Limits& limits = {});

  /// An ordinary table of that name, not a view and not a virtual table.
  bool has_table(std::string_view name) const;
  bool has_column(std::string_view table, std::string_view column) const;
  /// One SELECT; `sql` is the connector's own, never the material's. `refused` if it is anything else, `malformed` if
  /// it names what the database has not.
  Result<Rows> query(std::string_view sql) const;

 private:
  friend class Scratch;
  explicit Database(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  std::shared_ptr<Connection> connection_;
};

/// What a replayed statement binds: null, integer, real, text, blob; borrowed.
using Value = std::variant<std::monostate, std::int64_t, double, std::string_view, BytesView>;

/// A throw-away database in memory, into which a foreign backup that consists of SQL statements is replayed: CREATE
/// TABLE, CREATE [UNIQUE] INDEX and INSERT of given values. Everything else is refused.
class Scratch {
 public:
  static Result<Scratch> make(const Limits& limits = {});
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  ~Scratch();

  /// `refused` for any other statement, `malformed` (no SQL, constraint not met, wrong number of values),
  /// `limit_exceeded`. A refused statement changes nothing.
  Result<void> replay(std::string_view sql, std::span<const Value> values = {});
  /// What was replayed, for reading.
  Result<Database> finish() &&;

 private:
  struct Prepared;
  explicit Scratch(std::shared_ptr<Connection> connection);
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  std::shared_ptr<Connection> connection_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace strongroom::capture::database
