/// Signal's message backup, version 2: the plain frame stream (".binproto") and the JSON Lines takeout.
/// What becomes of each frame: FORMAT.md. Encrypted backup files are not read here.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::signal {

/// The plain frame stream; source "signal-backup".
const Parser& parser();
/// The takeout: "main.jsonl", with or without its "files" directory; source "signal-takeout".
const Parser& takeout_parser();

}  // namespace strongroom::capture::signal
