/// Who and where, by the tables conversations and items.
#pragma once

#include <map>
#include <string>

#include "capture/database/database.h"
#include "record/record.h"

namespace strongroom::capture::signal_desktop {

class People {
 public:
  static People read(const database::Database& rows);

  /// By a conversation's id, a service id, a phone number; by what was asked for alone if nobody has it.
  record::Person person(std::string_view reference) const;
  record::Person self() const;
  record::Conversation conversation(std::string_view id) const;
  /// Everyone in it but the custodian, at most 256.
  std::vector<record::Person> members_of(std::string_view id) const;

 private:
  struct Known {
    record::Person person;
    record::Conversation conversation;
    std::vector<std::string> members;
  };
  void take(const database::Rows& rows);

  std::map<std::string, Known, std::less<>> by_id_;
  std::map<std::string, std::string, std::less<>> ids_;  ///< service id or number to conversation id
  std::string own_service_id_, own_number_;
};

/// The text of the first of these columns that exists and is not null.
std::string column_text(const database::Rows& rows, std::initializer_list<std::string_view> names);

}  // namespace strongroom::capture::signal_desktop
