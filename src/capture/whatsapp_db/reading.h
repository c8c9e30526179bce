/// One database being read into records: what both telephones' schemas share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "capture/beside.h"
#include "capture/database/material.h"
#include "capture/database/rows.h"
#include "capture/tally.h"

namespace strongroom::capture::whatsapp_db {

using database::Database;
using database::Row;
using database::Rows;
using database::Side;

class ContactBook;

/// Where the records of one database go.
struct Reading {
  const std::string& file;
  const Database& database;
  FilesBeside& beside;
  Tally& tally;
  database::Damage damage;
  const ContactBook& contacts;
  std::vector<record::Doubt> doubts_of_first;  ///< go with the first record

  /// Hands the record on, with the rows it was made from as its original ("table":{...},...).
  Result<void> take(record::Record record, std::string_view rows);
  /// What cannot be read because the database is damaged: one item.
  Result<void> damaged(std::string_view table, const Error& error);
};

/// Doubts of the record if one of the tables that say more about it is damaged.
void say_damage(record::Record& out, std::initializer_list<Side*> sides);

/// A person by "user@server"; "" gives one without id.
record::Person person_of(std::string_view user, std::string_view server);
record::Person person_of_jid(std::string_view jid);
record::Person self();
/// An instant of this application: a doubt outside 2009 to 2100.
record::SourceTime instant(std::int64_t unix_ms, std::vector<record::Doubt>& doubts);

Result<void> read_android(Reading& reading);  ///< message, chat, jid, ...
Result<void> read_android_old(Reading& reading);  ///< messages
Result<void> read_ios(Reading& reading);

bool is_android(const Database& database);
bool is_ios(const Database& database);
/// Independent of the readers: how many rows there are that become records.
std::uint64_t count_rows(const Database& database);

}  // namespace strongroom::capture::whatsapp_db
