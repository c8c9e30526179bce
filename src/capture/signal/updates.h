/// What the application showed between the messages: membership, names, calls, timers, pins, notices.
#pragma once

#include "capture/signal/items.h"

namespace strongroom::capture::signal {

/// One record for the item's update; for a group change one record for each of its updates (at least one).
Result<void> read_update(const frames::ChatItem& item, const Surroundings& around, const Emit& emit);

/// Fills kind, author, people, text and extra from one group update.
void fill_group_update(const frames::GroupChangeChatUpdate::Update& update, const Surroundings& around,
                       record::Record& out);

/// A person concerned, with what happened to them as the role.
record::Person with_role(record::Person person, std::string_view role);

}  // namespace strongroom::capture::signal
