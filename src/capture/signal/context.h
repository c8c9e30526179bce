/// Frames that are no event: who there is, which chats, sticker packs, settings. Kept as records of their own so
/// that every byte of the source is sealed. Of the account, nothing but the name leaves the original bytes: it
/// holds the profile key and the PIN.
#pragma once

#include "capture/signal/content.h"

namespace strongroom::capture::signal {

/// The first frame of the stream.
record::Record context_of(const frames::BackupInfo& info, const Surroundings& around);
/// Any frame but a chat item; an ad hoc call becomes Kind::call.
record::Record context_of(const frames::Frame& frame, const Surroundings& around);

}  // namespace strongroom::capture::signal
