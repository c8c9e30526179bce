/// Signal Android's own backup, version 1: "signal-....backup" with its passphrase of 30 digits. FORMAT.md.
#pragma once

#include "capture/parser.h"
#include "capture/signal_v1/sealed_frames.h"
#include "capture/tally.h"

namespace strongroom::capture::signal_v1 {

/// Source "signal-android".
const Parser& parser();

/// One backup, with the keys that fit it. Fails only if the sink does.
Result<void> read_opened(const InputFile& file, const Header& header, const Keys& keys, Tally& tally);

}  // namespace strongroom::capture::signal_v1
