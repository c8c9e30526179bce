#include "capture/signal_desktop/count.h"

#include <algorithm>

#include "capture/database/database.h"
#include "capture/json/cursor.h"

namespace strongroom::capture::signal_desktop {
namespace {

/// Elements of the array at the cursor; 0 and the value skipped if it is none.
std::uint64_t elements(json::Cursor& cursor) {
  if (!cursor.enter_array()) {
    (void)cursor.take();
    return 0;
  }
  std::uint64_t count = 0;
  for (;;) {
    const auto more = cursor.next_element();
    if (!more || !*more) return count;
    if (!cursor.take()) return count;
    ++count;
  }
}

std::uint64_t records_in(std::string_view message) {
  json::Cursor cursor(message);
  std::uint64_t versions = 1, reactions = 0;
  if (!cursor.enter_object()) return 1;
  for (;;) {
    const auto name = cursor.next_member();
    if (!name) return 1;
    if (!*name) return std::max<std::uint64_t>(versions, 1) + reactions;
    if (**name == "editHistory") {
      versions = elements(cursor);
    } else if (**name == "reactions") {
      reactions = elements(cursor);
    } else if (!cursor.take()) {
      return 1;
    }
  }
}

template <class Count>
std::uint64_t over(const database::Database& database, std::string_view sql, Count count) {
  auto rows = database.query(sql);
  if (!rows) return 1;
  std::uint64_t found = 0;
  for (;;) {
    const auto more = rows->next();
    if (!more) return found + 1;
    if (!*more) return found;
    found += count(*rows);
  }
}

}  // namespace

std::uint64_t count_rows(const Plain& plain) {
  std::uint64_t found = 1 + plain.bad_pages.size();
  const auto database = database::Database::open(plain.database);
  if (!database || !database->has_table("messages")) return found + 1;
  if (database->has_table("conversations"))
    found += over(*database, "SELECT id, json FROM conversations ORDER BY id",
                  [](const database::Rows&) { return 1u; });
  return found + over(*database, "SELECT json FROM messages ORDER BY rowid",
                      [](const database::Rows& row) { return records_in(text_of(row.bytes(0))); });
}

}  // namespace strongroom::capture::signal_desktop
