/// Google Voice from Google Takeout: one HTML file a fragment of a conversation or a call. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::google_voice {

/// Source "google-voice".
const Parser& parser();

}  // namespace strongroom::capture::google_voice
