/// One received line as records.
#pragma once

#include <vector>

#include "capture/signal_cli/data_message.h"

namespace strongroom::capture::signal_cli {

/// At least one record. `line` is what signal-cli printed: a JSON-RPC notification, request or answer, or an object
/// with `envelope`.
std::vector<record::Record> read_line(const json::Object& line, const Surroundings& around);

}  // namespace strongroom::capture::signal_cli
