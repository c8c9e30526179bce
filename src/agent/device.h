/// A capturing device's own directory: its keys, the archive it belongs to, its copy of the register, its spool.
/// Files are mode 0600. Nothing in it opens anything that was sealed. Format page: docs/formats/device.md.
#pragma once

#include <optional>
#include <string>

#include "agent/spool.h"
#include "crypto/signature.h"
#include "platform/directory_lock.h"
#include "platform/entropy.h"
#include "platform/file_system.h"
#include "platform/step_hook.h"
#include "replica/card.h"
#include "replica/replica.h"
#include "roster/register_objects.h"
#include "wire/tls.h"

namespace strongroom::agent {

/// Seeds of the device, and its pseudonym. Made once, when it asks to be enrolled.
struct DeviceKeys {
  envelope::DeviceId id{};
  Secret<32> ed25519_seed, ml_dsa_seed, tls_seed;
};
DeviceKeys make_device_keys(platform::Entropy& entropy);
SecretBytes encode(const DeviceKeys& keys);
Result<DeviceKeys> decode_device_keys(BytesView bytes);

/// Seeds and what is made of them.
struct DeviceKeySet {
  DeviceKeys seeds;
  crypto::SigningKey signing;
  wire::Identity identity;
};

/// A device directory, opened and locked for one process.
class Device {
 public:
  /// `not_found` with a hint to enrol if the directory holds no device.
  static Result<Device> open(platform::FileSystem& files, const std::string& directory);
  /// Makes a new one: keys, card. `conflict` if there is one already.
  static Result<Device> create(platform::FileSystem& files, const std::string& directory,
                               const replica::Card& card, platform::Entropy& entropy);
  static bool exists(platform::FileSystem& files, const std::string& directory);

  const envelope::DeviceId& id() const { return keys_.seeds.id; }
  const replica::Card& card() const { return card_; }
  const crypto::SigningKey& signing() const { return keys_.signing; }
  const wire::Identity& identity() const { return keys_.identity; }
  const std::string& directory() const { return directory_; }

  /// The keys that are to follow, not in force yet (protocol §2.6); null if no others were asked for.
  const DeviceKeySet* next() const { return next_ ? &*next_ : nullptr; }
  /// Makes the keys that are to follow, durably, unless they are there.
  Result<void> make_next(platform::FileSystem& files, platform::Entropy& entropy);
  /// The register has the entry: the keys that were to follow are the device's keys, and the old ones are gone.
  Result<void> switch_to_next(platform::FileSystem& files, platform::StepHook& steps);

  Result<replica::Replica> replica(platform::FileSystem& files) const;
  /// A chain for a device that has sealed nothing yet: a new incarnation, written down before its first use.
  Result<seal::ChainState> fresh_chain(platform::FileSystem& files, platform::Entropy& entropy) const;

 private:
  Device(std::string directory, DeviceKeySet keys, std::optional<DeviceKeySet> next, replica::Card card,
         platform::DirectoryLock lock);

  std::string directory_;
  DeviceKeySet keys_;
  std::optional<DeviceKeySet> next_;
  replica::Card card_;
  platform::DirectoryLock lock_;
};

/// The device as the register knows it, with the key and TLS pin in force. `refused` if it is not enrolled.
Result<roster::Enrolment> enrolment_of(const replica::Replica& replica, const envelope::DeviceId& device);

}  // namespace strongroom::agent
