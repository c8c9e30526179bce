/// What one version of a message says: text, files, quote, poll and the rest.
#pragma once

#include "capture/signal/attachments.h"
#include "capture/signal/times.h"

namespace strongroom::capture::signal {

/// What the readers of items need to know; borrowed for one parse.
struct Surroundings {
  const Directory& directory;
  Media& media;
  TimeFrame time_frame;
};

/// Fills text, ranges, reply_to, attachments, poll, view_once, target and extra from the item's content, and sets
/// `kind` (message, deletion, poll). Updates are not content (updates.h).
void fill_content(const frames::ChatItem& item, const Surroundings& around, record::Record& out);
/// The reactions on the item's content, in source order; nullptr if its kind has none.
const google::protobuf::RepeatedPtrField<frames::Reaction>* reactions_of(const frames::ChatItem& item);
/// "AUTHOR:MILLISECONDS", how Signal's own clients know a message.
std::string native_id_of(std::string_view author_id, std::uint64_t date_sent);
/// Points at a message by author and time.
record::Target target_of(const record::Person& author, std::uint64_t date_sent);

}  // namespace strongroom::capture::signal
