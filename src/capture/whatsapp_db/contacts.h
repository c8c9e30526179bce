/// The names in wa.db, WhatsApp's copy of the address book, which lies beside msgstore.db.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "capture/whatsapp_db/reading.h"

namespace strongroom::capture::whatsapp_db {

bool has_contacts(const Database& database);

/// Names by the id of a person or the jid of a group.
class ContactBook {
 public:
  /// One `context` record a contact, and its name into the book. What cannot be read is one refused item.
  Result<void> read(Reading& reading);
  /// Puts names where there is none: of author and people, and as title of a conversation that is called by its number.
  void name(record::Record& record) const;

 private:
  Result<void> take(Row& row, const std::map<std::string, std::string>& verified, Reading& reading);
  const std::string* find(const record::Person& person) const;
  void name(record::Person& person) const;

  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace strongroom::capture::whatsapp_db
