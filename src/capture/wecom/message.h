/// One decrypted message of the WeCom session archive.
#pragma once

#include "capture/json/members.h"
#include "record/record.h"

namespace strongroom::capture::wecom {

/// Has what every decrypted message has: "msgid" and "action".
bool is_message(const json::Object& object);
/// Who, when, where and what. `custodian`: the user id whose messages are outgoing; may be empty.
record::Record read_message(const json::Object& object, std::string_view custodian);

}  // namespace strongroom::capture::wecom
