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

/// Where a record lies: the leaf of its batch in the capture ledger, and its index there.
struct RecordPlace {
  std::uint64_t leaf = 0, index = 0;
};
/// The message whose text holds `words`. `not_found` unless there is exactly one.
Result<RecordPlace> find_by_words(const grant::OpenedCase& opened, std::string_view words);
/// The record of this number, "812.4", as 'show --numbers' prints it. `not_found` if it is not in the case.
Result<RecordPlace> find_by_number(const grant::OpenedCase& opened, std::string_view number);

/// One record as a single file (`.strongroom-message`) that a court checks without the rest of the case.
Result<void> export_message(Person& person, Archive& archive, const grant::OpenedCase& opened,
                            RecordPlace place, const std::string& file);

/// Everything in the case that convicts its maker (protocol §3.2), a file each, in the new `directory`. The files
/// written; none, and no directory, if nothing convicts anybody.
Result<std::vector<std::string>> export_convictions(Person& person, Archive& archive,
                                                    const grant::OpenedCase& opened,
                                                    const std::string& directory);

}  // namespace strongroom::person
