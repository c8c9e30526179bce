/// Who is who in an envelope, and how messages are pointed at. Ids are those of `signal-backup`, so that the same
/// message from a backup and from a live line is known to be one.
#pragma once

#include "capture/json/members.h"

namespace strongroom::capture::signal_cli {

/// From members PREFIXUuid, PREFIXNumber and PREFIX (the older form: a number or a UUID): "aci:UUID", else "tel:+N".
/// nullopt if all are empty.
std::optional<record::Person> person_of(const json::Object& object, const std::string& prefix);

/// The account that listens, and what the line says of it.
struct Account {
  record::Person self{"self", {}, {}, "self"};
  std::string number;  ///< "+33..." or a UUID, as written
  std::string uuid;  ///< lower case; known where the account itself is the source
};

/// The person, or `account.self` if it is the account itself.
record::Person known(record::Person person, const Account& account);

/// The message of `author` at that time.
record::Target target_of(const record::Person& author, std::uint64_t timestamp);

record::SourceTime instant(std::uint64_t ms, std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::signal_cli
