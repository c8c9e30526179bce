/// The one adapter to SQLite: statements with bound values, errors as values. Used by one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace strongroom::archive {

/// A prepared statement. Bind from 1, read columns from 0.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int index, std::uint64_t value);
  Statement& bind(int index, BytesView value);  ///< copied
  /// True if there is a row; false at the end. `corrupt` if the file is damaged, otherwise `io`.
  Result<bool> step();
  std::uint64_t integer(int column) const;
  Bytes bytes(int column) const;
  template <std::size_t N>
  ByteArray<N> array(int column) const {
    return array_of<N>(bytes(column));
  }
  void reset();

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Mode { read_write, read_only };
  static Result<Database> open(const std::string& path, Mode mode);
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;
  ~Database();

  Result<void> execute(const char* sql);
  Result<Statement> prepare(const char* sql);
  /// Runs a statement that returns no rows, and resets it.
  static Result<void> run(Statement& statement);

 private:
  explicit Database(sqlite3* database) : database_(database) {}
  sqlite3* database_;
};

}  // namespace strongroom::archive
