/// What the number in a message's column `type` says (signalapp/Signal-Android, MessageTypes.java).
#pragma once

#include <cstdint>
#include <string_view>

#include "record/record.h"

namespace strongroom::capture::signal_v1 {

struct MessageKind {
  record::Kind kind = record::Kind::message;
  bool outgoing = false;
  std::string_view event;  ///< empty for messages
  std::string_view state;  ///< of calls; of messages that were not sent
  bool video = false;
  bool known = true;
};
MessageKind kind_of(std::int64_t type);

}  // namespace strongroom::capture::signal_v1
