/// Signal's message backup, version 2: the plain frame stream (".binproto"), the encrypted file around it, and the JSON
/// Lines takeout. What becomes of each frame: FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::signal {

/// The plain frame stream; source "signal-backup".
const Parser& parser();
/// The takeout: "main.jsonl", with or without its "files" directory; source "signal-takeout".
const Parser& takeout_parser();
/// The encrypted backup, with the files of a local snapshot beside it; source "signal-backup-encrypted".
const Parser& encrypted_parser();

}  // namespace strongroom::capture::signal
