/// A device's new key (protocol §2.6): signed by the key that it replaces, by itself and by an officer. Format page:
/// docs/formats/register.md; what follows from it is in replay.h.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "envelope/names.h"

namespace strongroom::roster {

inline constexpr std::string_view kDeviceReplacedLabel = "device_replaced";
/// A request of a device for a new key that is older than this is made anew: 30 days.
inline constexpr std::uint64_t kReplacementSecondsMax = 30ull * 86400;

/// label "device_replaced": from this entry on the device signs with `device_key` and answers to `tls_pin`. Signed by
/// the key in force (under the pseudonym), by the new key (under `signer_of_new`) and by an officer; both algorithms.
struct DeviceReplaced {
  Hash256 archive{}, roster{};
  envelope::DeviceId device{};
  crypto::SigningPublic device_key;
  Hash256 tls_pin{};
  std::uint64_t asked_s = 0;
  bool operator==(const DeviceReplaced&) const = default;
};

/// Under which name the new key signs: its TLS pin, which no device had before.
inline Bytes signer_of_new(const DeviceReplaced& act) { return copy_of(act.tls_pin); }

Bytes encode(const DeviceReplaced&);
Result<DeviceReplaced> decode_device_replaced(BytesView content);

}  // namespace strongroom::roster
