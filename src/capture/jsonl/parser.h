/// Strongroom's own source form: one record a line (docs/formats/record-jsonl.md). Other files beside the lines are
/// attachments, found by `attachments[].source_reference`.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::jsonl {

/// Source "strongroom-jsonl".
const Parser& parser();

}  // namespace strongroom::capture::jsonl
