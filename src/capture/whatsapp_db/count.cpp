// Rows are counted one by one, up to the end or the damage, which is one more item.
#include <fmt/format.h>

#include <array>
#include <map>

#include "capture/whatsapp_db/contacts.h"
#include "capture/whatsapp_db/receipts.h"

namespace strongroom::capture::whatsapp_db {
namespace {

/// `skipped` says of the rows that stand before it whether one is counted elsewhere.
template <class Skipped>
std::uint64_t rows_of(const Database& database, std::string_view columns, std::string_view table,
                      Skipped skipped) {
  if (!database.has_table(table)) return 0;
  auto rows = database.query(fmt::format("SELECT {} FROM {}", columns, table));
  if (!rows) return 1;
  std::uint64_t count = 0;
  auto more = rows->next();
  for (; more && *more; more = rows->next()) count += skipped(*rows) ? 0u : 1u;
  return count + (more ? 0 : 1);
}

std::uint64_t rows_of(const Database& database, std::string_view table) {
  return rows_of(database, "1", table, [](const Rows&) { return false; });
}

/// Rows of the old table that are not in the new one.
std::uint64_t old_rows(const Database& database, bool is_mixed) {
  if (!is_mixed) return rows_of(database, "messages");
  auto same = database.query("SELECT 1 FROM message WHERE _id = ?1 AND key_id = ?2");
  return rows_of(database, "_id, key_id", "messages", [&](const Rows& row) {
    return same && same->bind(1, row.integer(0)).bind(2, row.text(1)).next().value_or(false);
  });
}

/// Messages that have receipts; further ones where one has very many.
template <class Key>
std::uint64_t receipts_of(const Database& database, std::string_view table, std::string_view columns,
                          Key key) {
  auto rows = database.query(fmt::format("SELECT {} FROM {} NOT INDEXED", columns, table));
  if (!rows) return 1;
  std::uint64_t count = 0, seen = 0;
  std::map<decltype(key(*rows)), std::uint64_t> of_message;
  const auto add_up = [&] {
    for (const auto& [message, receipts] : of_message)
      count += (receipts + kReceiptsInRecord - 1) / kReceiptsInRecord;
    of_message.clear();
  };
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    ++of_message[key(*rows)];
    if (++seen % kReceiptRowsAtOnce == 0) add_up();
  }
  add_up();
  return count + (more ? 0 : 1);
}

std::uint64_t receipts_now(const Database& database) {
  std::uint64_t count = 0;
  for (const auto& [table, person] : {std::pair{"receipt_user", "receipt_user_jid_row_id"},
                                      std::pair{"receipt_device", "receipt_device_jid_row_id"}}) {
    if (database.has_column(table, "message_row_id") && database.has_column(table, person))
      count +=
          receipts_of(database, table, "message_row_id", [](const Rows& rows) { return rows.integer(0); });
  }
  return count;
}

std::uint64_t receipts_before(const Database& database) {
  for (const std::string_view column : {"key_remote_jid", "key_id", "remote_resource"})
    if (!database.has_column("receipts", column)) return 0;
  return receipts_of(database, "receipts", "key_remote_jid, key_id", [](const Rows& rows) {
    const std::hash<std::string> hash;
    return std::pair(hash(rows.text(0)), hash(rows.text(1)));
  });
}

}  // namespace

bool is_android(const Database& database) {
  const bool now = database.has_column("message", "key_id") &&
                   database.has_column("message", "chat_row_id") && database.has_table("chat") &&
                   database.has_table("jid");
  return now ||
         (database.has_column("messages", "key_remote_jid") && database.has_column("messages", "key_id"));
}

bool is_ios(const Database& database) {
  return database.has_column("ZWAMESSAGE", "ZMESSAGEDATE") && database.has_table("ZWACHATSESSION");
}

std::uint64_t count_rows(const Database& database) {
  std::uint64_t count = has_contacts(database) ? rows_of(database, "wa_contacts") : 0;
  if (is_ios(database)) return count + rows_of(database, "ZWAMESSAGE") + rows_of(database, "ZWACHATSESSION");
  const bool now = database.has_column("message", "key_id");
  if (now) {
    for (const std::string_view table : std::array{"message", "chat", "message_add_on", "call_log"})
      count += rows_of(database, table);
    count += receipts_now(database);
  }
  if (!database.has_column("messages", "key_remote_jid")) return count;
  return count + old_rows(database, now) + receipts_before(database);
}

}  // namespace strongroom::capture::whatsapp_db
