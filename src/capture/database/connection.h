/// One SQLite connection with everything forbidden that foreign material could misuse.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "capture/database/bytes_vfs.h"
#include "capture/database/database.h"
#include "capture/database/image.h"

namespace strongroom::capture::database {

struct Connection {
  std::unique_ptr<Image> image;   // a scratch has none
  std::unique_ptr<BytesVfs> vfs;
  sqlite3* handle = nullptr;
  std::uint64_t steps_left = 0;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close_v2(handle); }

  /// Limits, switches and the budget of steps; no authorizer yet.
  Result<void> harden(const Limits& limits, std::uint64_t bytes);
  /// Our own statements, before the authorizer.
  Result<void> execute(const char* sql);
  std::unexpected<Error> error(int code) const;
};

/// Authorizers (sqlite3_set_authorizer): SELECT, columns and harmless functions; and what a scratch may do.
int allow_reading(void*, int action, const char* a, const char* b, const char*, const char*);
int allow_replaying(void*, int action, const char* a, const char* b, const char*, const char*);

}  // namespace strongroom::capture::database
