/// What a WeCom message of each msgtype says.
#pragma once

#include "capture/json/members.h"
#include "record/record.h"

namespace strongroom::capture::wecom {

/// Sets kind, text, attachments, poll, target and extra from `content`, the object of the message's type. Unknown types
/// become a notice with the doubt "unknown-kind".
void fill_content(std::string_view type, const json::Object& content, record::Record& out);
/// Milliseconds since 1970; absent or odd: a doubt.
record::SourceTime instant(const json::Object& object, std::string_view name,
                           std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::wecom
