/// One event of Matrix.
#pragma once

#include <map>
#include <string>

#include "capture/matrix/keys.h"
#include "capture/matrix/media.h"

namespace strongroom::capture::matrix {

/// Names of rooms and of people in them, as the events so far have set them.
class Rooms {
 public:
  explicit Rooms(std::string custodian) : custodian_(std::move(custodian)) {}
  void name_room(const std::string& room, const std::string& name) { names_[room] = name; }
  void name_person(const std::string& room, const std::string& user, const std::string& name) {
    people_[{room, user}] = name;
  }
  record::Conversation room(const std::string& id) const;
  record::Person person(const std::string& room, const std::string& user) const;
  bool is_custodian(const record::Person& person) const {
    return !custodian_.empty() && (person.id == "matrix:" + custodian_ || person.name == custodian_);
  }

 private:
  std::string custodian_;
  std::map<std::string, std::string, std::less<>> names_;
  std::map<std::pair<std::string, std::string>, std::string> people_;
};

/// What an event is read against; borrowed.
struct Surroundings {
  Rooms& rooms;
  Keyring& keyring;
  Media& media;
};

/// `room`: where it stands in an answer that does not repeat it; may be empty.
record::Record event_record(const json::Object& event, const std::string& room, const Surroundings& around);

/// Sets kind and what follows from a state event (membership, name, topic, power levels, ...). False: it is none known.
bool read_state(record::Record& record, const json::Object& event, const std::string& type,
                const json::Object& content, const Surroundings& around);
/// m.relates_to: edits, replies, threads.
void read_relation(record::Record& record, const json::Object& content);
/// The body of a reply without the quotation that old clients put before it, which goes to `reply_to`.
void strip_quotation(record::Record& record);

}  // namespace strongroom::capture::matrix
