/// A vendor's library, tried before any material is touched.
#pragma once

#include "agent/parse_process.h"

namespace strongroom::agent {

/// Starts a worker that loads `cage.library`, confines itself and is handed nothing. Nothing is done if none is named.
/// The worker's error if the library cannot be loaded or is not the vendor's; `refused` or `unavailable` if the worker
/// cannot be caged, or ended, with how it did.
Result<void> try_library(const std::string& worker_program, const CageRules& cage);

}  // namespace strongroom::agent
