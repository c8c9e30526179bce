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

/// One message as a single file (`.strongroom-message`) that a court checks without the rest of the case: the one whose
/// text holds `words`. `not_found` unless there is exactly one.
Result<void> export_message(Person& person, Archive& archive, const grant::OpenedCase& opened,
                            std::string_view words, const std::string& file);

}  // namespace strongroom::person
