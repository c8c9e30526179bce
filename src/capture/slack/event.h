/// One event of the live interfaces (RTM, Events API).
#pragma once

#include "capture/slack/message.h"

namespace strongroom::capture::slack {

/// The one record of an event, taken out of its "event_callback" if it has one.
record::Record event_record(const json::Object& event, const Surroundings& around);
/// A user, channel or entry of a log as a context record.
record::Record context_record(const json::Object& object, std::string_view what);

}  // namespace strongroom::capture::slack
