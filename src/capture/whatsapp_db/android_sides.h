/// The tables of msgstore.db that say more about a message or about what was added to it.
#pragma once

#include "capture/whatsapp_db/android_context.h"

namespace strongroom::capture::whatsapp_db {

/// Media, quotes, revocations, edits, places, contacts, mentions, polls, timers, system changes.
class AndroidSides {
 public:
  AndroidSides(Reading& reading, const AndroidContext& context);
  /// Adds what every table says about the row, and the tables' rows to `original`.
  void add_all(std::int64_t message_row, std::int64_t type, record::Record& out, std::string& original);

 private:
  void media(Row& row, record::Record& out);
  void quoted(Row& row, record::Record& out);
  void location(Row& row, record::Record& out);
  void system(std::int64_t message_row, record::Record& out, std::string& original);
  void poll(std::int64_t message_row, record::Record& out, std::string& original);

  Reading& reading_;
  const AndroidContext& context_;
  Side media_, quoted_, revoked_, edited_, location_, vcard_, mention_, ephemeral_, forwarded_, text_;
  Side system_, value_change_, participant_, group_, number_change_, poll_, poll_option_;
};

/// Reactions, votes, pins.
class AddOnSides {
 public:
  AddOnSides(Reading& reading, const AndroidContext& context);
  void add_all(Row& add_on, record::Record& out, std::string& original);

 private:
  void add_kind(Row& add_on, record::Record& out, std::string& original);
  void set_target(std::int64_t parent_row, record::Record& out);
  const AndroidContext& context_;
  Side reaction_, vote_, selected_, option_, pin_, message_;
};

}  // namespace strongroom::capture::whatsapp_db
