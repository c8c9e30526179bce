/// Slack: exports of a workspace and lines of its live interfaces. See FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::slack {

/// Source "slack-export": the files of an export, plain or corporate.
const Parser& export_parser();
/// Source "slack-events": Events API and RTM messages, one object a line or a file, and rtm.start.
const Parser& events_parser();

}  // namespace strongroom::capture::slack
