/// An opened case handed to the evidence writer (exports/evidence.h).
#pragma once

#include <string>

#include "exports/evidence.h"
#include "opened.h"

namespace strongroom::person {

/// Proofs are made under the newest accepted checkpoint, so the server is asked for tiles. `directory` must be new.
Result<exports::EvidenceWritten> export_evidence(Person& person, Archive& archive,
                                                 const grant::OpenedCase& opened,
                                                 const std::string& directory);

}  // namespace strongroom::person
