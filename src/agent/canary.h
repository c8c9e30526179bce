/// Canary folders, which trustees open in drills (protocol §5.6): each device seals one in each of its classes when it
/// is new and then once a quarter; a canary device of the roster seals one in every retention lot that has keys.
#pragma once

#include <string>
#include <vector>

#include "agent/spool.h"
#include "platform/clock.h"
#include "platform/entropy.h"
#include "replica/replica.h"
#include "roster/register_objects.h"
#include "seal/seal.h"

namespace strongroom::agent {

inline constexpr std::uint64_t kCanaryEveryS = 91ull * 86400;

/// A canary that this device has sealed, as its file `canaries` remembers it (docs/formats/device.md).
struct SealedCanary {
  envelope::Lot lot;
  Hash256 lot_key_set{};  ///< it was dealt to
  std::uint64_t sealed_s = 0;
  bool operator==(const SealedCanary&) const = default;
};
Bytes encode(const std::vector<SealedCanary>& canaries);
Result<std::vector<SealedCanary>> decode_canaries(BytesView bytes);

/// What is to be sealed now, by the register and what was sealed before. A pure function.
struct CanariesDue {
  std::vector<envelope::Lot> lots;
  std::vector<std::string> alarms;  ///< what stands in the way of others
};
CanariesDue canaries_due(const roster::RegisterState& state, const roster::Enrolment& enrolment,
                         const std::vector<SealedCanary>& before, std::uint64_t now_s);

/// What sealing works on; everything is borrowed.
struct CanaryPlace {
  platform::FileSystem& files;
  std::string directory;  ///< of the device
  Spool& spool;
  seal::Chain& chain;
  const replica::Replica& replica;
  const roster::Enrolment& enrolment;
  platform::Entropy& entropy;
  platform::Clock& clock;
};
/// Seals what is due into the spool, which is durable when it returns. A stop before the file `canaries` is written
/// seals them once more, which does no harm.
Result<CanariesDue> seal_canaries(const CanaryPlace& place);

}  // namespace strongroom::agent
