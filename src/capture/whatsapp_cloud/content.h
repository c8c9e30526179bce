/// What a message of the Cloud API says, whatever its type.
#pragma once

#include "capture/whatsapp_cloud/people.h"

namespace strongroom::capture::whatsapp_cloud {

/// Sets kind, text, target, attachments and extra from `message`'s "type" and the object of that name. Unknown types
/// become a notice with the doubt "unknown-kind".
void fill_content(const json::Object& message, record::Record& out);

}  // namespace strongroom::capture::whatsapp_cloud
