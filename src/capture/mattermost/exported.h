/// What the two compliance exports have in common: posts with their fate.
#pragma once

#include <string>

#include "record/record.h"

namespace strongroom::capture::mattermost {

/// One row or message of a compliance export, in its own words.
struct Exported {
  std::string post_id, updated_type, edited_by_post_id, replied_to;
  std::optional<std::int64_t> created_ms, updated_ms;
};

/// Decimal milliseconds.
std::optional<std::int64_t> milliseconds(std::string_view text);
/// Ids, time, target and kind of a record whose author, conversation and text are set: a post, the version before edit
/// (`EditedOriginalMsg`), the one after it (`EditedNewMsg`), or a deleted one.
void settle(record::Record& record, const Exported& exported);

}  // namespace strongroom::capture::mattermost
