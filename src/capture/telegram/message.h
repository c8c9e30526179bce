/// One element of a chat's `messages` in result.json, as records.
#pragma once

#include <vector>

#include "capture/beside.h"
#include "capture/json/members.h"
#include "capture/telegram/times.h"

namespace strongroom::capture::telegram {

/// The chat a message stands in.
struct Chat {
  record::Conversation conversation;
  std::string type;                     ///< as written: "personal_chat"
  std::optional<record::Person> other;  ///< the other side of a chat of two
  record::SourceTime last_time;         ///< of the message before: for those that bear none
};

/// What is known around a message.
struct Surroundings {
  const std::string& file;
  FilesBeside& beside;
  WallClock& clock;
  const std::string& self_id;         ///< "telegram:user:1", or empty
  const std::string& custodian_name;  ///< as stated, or empty
};

/// The message, then one record for each reaction whose author the export names. Updates `chat.last_time`.
std::vector<record::Record> read_message(const json::Object& message, Chat& chat, const Surroundings& around);

/// Sent by the custodian, as far as the export tells.
bool is_own(const record::Person& author, const Chat& chat, const Surroundings& around);

/// `date_unixtime`, else `date` ("edited" alike); nullopt if there is neither.
std::optional<record::SourceTime> time_of(const json::Object& object, const std::string& name,
                                          WallClock& clock, std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::telegram
