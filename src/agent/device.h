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

/// A device directory, opened and locked for one process.
class Device {
 public:
  /// `not_found` with a hint to enrol if the directory holds no device.
  static Result<Device> open(platform::FileSystem& files, const std::string& directory);
  /// Makes a new one: keys, card. `conflict` if there is one already.
  static Result<Device> create(platform::FileSystem& files, const std::string& directory,
                               const replica::Card& card, platform::Entropy& entropy);
  static bool exists(platform::FileSystem& files, const std::string& directory);

  const envelope::DeviceId& id() const { return keys_.id; }
  const replica::Card& card() const { return card_; }
  const crypto::SigningKey& signing() const { return signing_; }
  const wire::Identity& identity() const { return identity_; }
  const std::string& directory() const { return directory_; }

  Result<replica::Replica> replica(platform::FileSystem& files) const;
  /// A chain for a device that has sealed nothing yet: a new incarnation, written down before its first use.
  Result<seal::ChainState> fresh_chain(platform::FileSystem& files, platform::Entropy& entropy) const;

 private:
  Device(std::string directory, DeviceKeys keys, replica::Card card, crypto::SigningKey signing,
         wire::Identity identity, platform::DirectoryLock lock);

  std::string directory_;
  DeviceKeys keys_;
  replica::Card card_;
  crypto::SigningKey signing_;
  wire::Identity identity_;
  platform::DirectoryLock lock_;
};

/// The device as the register knows it. `refused` if it is not enrolled.
Result<roster::Enrolment> enrolment_of(const replica::Replica& replica, const envelope::DeviceId& device);

}  // namespace strongroom::agent
