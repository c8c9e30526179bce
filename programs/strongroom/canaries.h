/// The canary folders of the archive, found through verified chains (protocol §5.6).
#pragma once

#include <vector>

#include "grant/drill.h"
#include "person.h"

namespace strongroom::person {

struct FoundCanary {
  grant::AskedCanary asked;
  std::uint32_t day = 0;
  std::uint64_t leaf = 0;  ///< of its open entry
};
/// Every canary of these devices but quarantined ones.
Result<std::vector<FoundCanary>> find_canaries(Archive& archive,
                                               const std::vector<envelope::DeviceId>& devices);

/// What a drill is best of: the newest canary of every lot for a canary device of the roster, the newest of every
/// class for any other; none of lots that are past; the least recently drilled first, and at most 512.
std::vector<FoundCanary> choose_canaries(const roster::RegisterState& state,
                                         const std::vector<FoundCanary>& all, std::uint64_t now_s);

}  // namespace strongroom::person
