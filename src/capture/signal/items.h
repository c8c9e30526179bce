/// A chat item becomes one record or many: its versions from oldest to newest, each followed by its pin, its
/// reactions and its votes; an update gives one record a change.
#pragma once

#include <functional>

#include "capture/signal/content.h"

namespace strongroom::capture::signal {

/// Takes the records of one frame, in order.
using Emit = std::function<Result<void>(record::Record&&)>;

/// Fails only if `emit` does.
Result<void> read_chat_item(const frames::ChatItem& item, const Surroundings& around, const Emit& emit);

/// What every record of an item shares: conversation, author, direction, people, times, native id.
record::Record start_record(const frames::ChatItem& item, const Surroundings& around);

}  // namespace strongroom::capture::signal
