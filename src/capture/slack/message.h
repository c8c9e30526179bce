/// One message of an export or of a live interface.
#pragma once

#include <optional>

#include "capture/emission.h"
#include "capture/instants.h"
#include "capture/slack/attachments.h"

namespace strongroom::capture::slack {

/// Milliseconds of "1555493779.000200".
std::optional<std::int64_t> milliseconds_of(std::string_view timestamp);

/// The record of the message itself; nothing of its reactions.
record::Record message_record(const json::Object& message, const record::Conversation& conversation,
                              const Surroundings& around);

/// The message, then one reaction record for each person named in its `reactions`, then the same for each of
/// `slackdump_thread_replies`.
Result<void> read_message(const json::Object& message, const record::Conversation& conversation,
                          const Surroundings& around, Emission& out);

}  // namespace strongroom::capture::slack
