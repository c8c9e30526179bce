/// From the JSON of one webhook body to records.
#pragma once

#include <functional>

#include "capture/whatsapp_cloud/people.h"

namespace strongroom::capture::whatsapp_cloud {

using Emit = std::function<Result<void>(record::Record record)>;

/// Every item of the body; at least one record a change, and one a body. Fails only if `emit` does.
Result<void> read_body(const json::Object& body, const Emit& emit);

}  // namespace strongroom::capture::whatsapp_cloud
