/// The witness over HTTP: POST /add-checkpoint, GET /<hex of H(origin)>/checkpoint.
#pragma once

#include <functional>

#include "wire/server.h"
#include "witness/witness.h"

namespace strongroom::witness {

/// Listens until the result is destroyed. `stop` is called when the state could not be made durable.
Result<std::unique_ptr<wire::Server>> serve(Witness& witness, const std::string& address, std::uint16_t port,
                                            std::function<void(const Error&)> stop);

}  // namespace strongroom::witness
