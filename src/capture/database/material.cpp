#include "capture/database/material.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "capture/database/image.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::database {
namespace {

constexpr std::size_t kBlobInRowMax = 64u << 10;

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

/// As codec::json_string, which looks at every character twice.
void append_quoted(std::string& to, std::string_view text) {
  if (!is_plain(text)) {
    to += codec::json_string(text);
    return;
  }
  to += '"';
  to += text;
  to += '"';
}

std::string value_json(const Rows& rows, int column) {
  switch (rows.type(column)) {
    case Type::null: return "null";
    case Type::integer: return std::to_string(rows.integer(column));
    case Type::real:
      return std::isfinite(rows.real(column)) ? fmt::format("{}", rows.real(column)) : std::string("null");
    case Type::text: break;
    case Type::blob: break;
  }
  const BytesView bytes = rows.bytes(column);
  if (bytes.size() <= kBlobInRowMax) return fmt::format(R"({{"base64":"{}"}})", codec::base64(bytes));
  return fmt::format(R"({{"sha256":"{}","size":{}}})", codec::hex(crypto::sha256(bytes)), bytes.size());
}

const InputFile* named(const std::vector<InputFile>& files, const std::string& path) {
  for (const InputFile& file : files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

}  // namespace

Result<Opened> open_with_log(const std::vector<InputFile>& files, std::size_t at, BytesView bytes) {
  Bytes holder;
  std::vector<record::Doubt> doubts;
  if (const InputFile* log = named(files, files[at].path + "-wal")) {
    const auto log_bytes = content_of(*log, holder);
    if (log_bytes && !log_bytes->empty()) {
      if (auto whole = Database::open(bytes, *log_bytes))
        return Opened{std::move(holder), {}, std::move(*whole)};
    }
    if (!log_bytes || !log_bytes->empty())
      doubts.push_back(
          {"wal-not-read",
           "the write-ahead log beside the database does not fit it; the newest messages may be in it "
           "alone: copy both while the application is closed, or check-point the database"});
  }
  if (const InputFile* journal = named(files, files[at].path + "-journal")) {
    const auto journal_bytes = content_of(*journal, holder);
    if (journal_bytes && is_journal(*journal_bytes)) {
      if (auto before = Database::open(bytes, *journal_bytes)) {
        doubts.push_back(
            {"change-undone",
             "the database was copied in the midst of a change, which its journal undoes: what the "
             "application was writing is not shown; copy both while it is closed"});
        return Opened{std::move(holder), std::move(doubts), std::move(*before)};
      }
    }
    if (!journal_bytes || is_journal(*journal_bytes))
      doubts.push_back(
          {"journal-not-read",
           "the database was copied in the midst of a change, and its journal does not fit it: what is "
           "shown may be half written; copy both while the application is closed"});
  }
  return Opened{{}, std::move(doubts), TRY(Database::open(bytes))};
}

bool is_log_beside(const std::vector<InputFile>& files, std::size_t at) {
  const std::string& path = files[at].path;
  if (!path.ends_with("-wal") && !path.ends_with("-shm")) return false;
  const InputFile* database = named(files, path.substr(0, path.size() - 4));
  return database != nullptr && is_database(database->bytes);
}

Result<void> Damage::refuse(std::string_view table, std::string_view why) {
  std::string detail = fmt::format("the table {}: {}", table, why);
  if (!std::exchange(kept_, true)) {
    detail += "; what stands before is read, and the file is kept whole";
    return tally_.refuse({file_.path, 0, file_.bytes, code_, std::move(detail)});
  }
  const std::string place = fmt::format(R"({{"database_sha256":"{}","table":"{}"}})",
                                        codec::hex(crypto::sha256(file_.bytes)), table);
  return tally_.refuse({file_.path, 0, bytes_of(place), code_, std::move(detail)});
}

std::string row_json(const Rows& rows) {
  std::string out = "{";
  for (int i = 0; i < rows.columns(); ++i) {
    if (rows.is_null(i)) continue;
    if (out.size() > 1) out += ',';
    append_quoted(out, rows.name(i));
    out += ':';
    if (rows.type(i) == Type::text) {
      append_quoted(out, rows.text(i));
    } else {
      out += value_json(rows, i);
    }
  }
  return out += '}';
}

void append_row(std::string& to, std::string_view name, const Rows& rows) {
  if (!to.empty()) to += ',';
  append_quoted(to, name);
  to += ':';
  to += row_json(rows);
}

}  // namespace strongroom::capture::database
