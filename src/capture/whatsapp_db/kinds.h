/// What the numbers in WhatsApp's databases mean, as far as anybody published it.
#pragma once

#include <cstdint>
#include <string_view>

#include "record/record.h"

namespace strongroom::capture::whatsapp_db {

/// message.message_type and messages.media_wa_type of Android.
struct MessageType {
  record::Kind kind = record::Kind::notice;
  std::string_view flavour;  ///< of its attachment
  bool view_once = false;
  bool known = false;
};
MessageType android_type(std::int64_t type);

/// message_system.action_type: the kind, what changed, and the role of those it happened to.
struct SystemAction {
  record::Kind kind = record::Kind::notice;
  std::string_view change;  ///< "subject", "left", ...; empty if not known
  std::string_view role;
};
SystemAction android_action(std::int64_t action);

}  // namespace strongroom::capture::whatsapp_db
