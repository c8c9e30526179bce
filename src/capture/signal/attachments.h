/// Files the frames speak of. Their bytes are not in the stream; they may lie beside it.
#pragma once

#include <string_view>

#include "capture/signal/directory.h"
#include "capture/signal/media.h"

namespace strongroom::capture::signal {

/// The attachment as the record says it; `present` if its content is among `media`.
record::Attachment attachment_of(const frames::FilePointer& pointer, std::string_view flavour, Media& media);
record::Attachment attachment_of(const frames::MessageAttachment& attachment, Media& media);

}  // namespace strongroom::capture::signal
