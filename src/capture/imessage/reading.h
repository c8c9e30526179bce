/// One chat.db being read.
#pragma once

#include <unordered_map>

#include "capture/beside.h"
#include "capture/database/material.h"
#include "capture/database/rows.h"
#include "capture/imessage/summary.h"
#include "capture/tally.h"

namespace strongroom::capture::imessage {

using database::Database;
using database::Row;

/// Who is who: the tables handle and chat.
class Directory {
 public:
  /// What of it is damaged becomes a doubt.
  Directory(const Database& database, std::vector<record::Doubt>& doubts);
  /// An empty id for a handle that is not there.
  record::Person person(std::int64_t handle) const;
  /// The conversation of a message; of its sender alone where no chat is known.
  record::Conversation conversation(std::int64_t message, const record::Person& other) const;
  bool is_recently_deleted(std::int64_t message) const { return recoverable_.first_of(message).has_value(); }
  /// One record a chat; what cannot be read is one refused item.
  Result<void> take_chats(const std::string& file, const Database& database, database::Damage& damage,
                          std::vector<record::Doubt>& doubts_of_first, Tally& tally);

 private:
  std::unordered_map<std::int64_t, record::Person> handles_;
  std::unordered_map<std::int64_t, record::Conversation> chats_;
  database::Pairs chat_of_message_, recoverable_, people_of_chat_;
};

/// Sets `original` to the rows a record was made from.
void set_original(record::Record& record, const std::string& file, std::string_view rows);

/// The record of a row of `message`, without attachments; `summary` as far as it could be read.
record::Record message_of(Row& row, const Directory& directory, const Summary& summary);
/// What happened to the message later: its versions after the first, and the parts taken back.
std::vector<record::Record> later_of(const record::Record& message, Row& row, const Summary& summary);
/// How many `later_of` gives.
std::size_t count_later(const Summary& summary);

}  // namespace strongroom::capture::imessage
