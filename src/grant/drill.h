/// What came of a drill (protocol §5.6): the canaries that were asked for, beside what opened.
#pragma once

#include <vector>

#include "grant/opened_case.h"
#include "roster/drill.h"

namespace strongroom::grant {

/// A canary folder that was asked for.
struct AskedCanary {
  Hash256 header_hash{};
  envelope::DeviceId device{};
  envelope::Lot lot;
  Hash256 commitment{};  ///< what its answer must hash to: chain::canary_of
};

/// One result for each folder asked for, ascending by header hash. A folder that is not in `opened` did not open; in
/// one that is, the one record must be there, be a canary's, and hold the answer.
std::vector<roster::DrilledFolder> judge_drill(std::vector<AskedCanary> asked,
                                               const std::vector<OpenedDevice>& opened);

}  // namespace strongroom::grant
