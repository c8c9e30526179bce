/// The text names of the model's enumerations, as docs/formats/record.md lists them: one table each, used by both
/// directions.
#pragma once

#include <optional>
#include <string_view>

#include "record/record.h"

namespace strongroom::record {

std::string_view name_of(ZoneCertainty certainty);
std::optional<ZoneCertainty> zone_certainty_named(std::string_view name);
std::string_view name_of(ConversationKind kind);
std::optional<ConversationKind> conversation_kind_named(std::string_view name);
std::string_view name_of(AttachmentState state);
std::optional<AttachmentState> attachment_state_named(std::string_view name);

}  // namespace strongroom::record
