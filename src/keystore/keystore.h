/// A person's secrets in one sealed file: signing seeds, mail key, TLS key, lot keys, one-time reply keys
/// (protocol §7.1). Format page: docs/formats/keystore.md.
///
///   passphrase --Argon2id--> slot key --opens--> master key --HKDF, fresh salt each save--> content key --> secrets
///
/// One process, one keystore: whoever runs a program with two people's keystores has made two trustees one.
/// A removed secret is gone from the file written next; what the disk or a backup keeps of older files is not this
/// room's to erase (protocol §6.3: "software erasure").
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "crypto/passphrase.h"
#include "keystore/guard.h"
#include "platform/entropy.h"
#include "platform/file_system.h"

namespace strongroom::keystore {

inline constexpr std::size_t kSlotsMax = 8;
inline constexpr std::size_t kSecretsMax = 65536;
inline constexpr std::size_t kNameBytesMax = 200;
inline constexpr std::size_t kSecretBytesMax = 64 * 1024;
inline constexpr std::size_t kFileBytesMax = 32u << 20;

/// How a slot keeps the master key. Slots of kinds this program does not know are kept as they are.
enum class SlotKind : std::uint64_t { passphrase = 1 };

/// One way in. What is known of it without opening it.
struct Slot {
  std::uint64_t number = 0;  ///< differs from every other slot of the file
  std::uint64_t kind = 0;  ///< a SlotKind, or one this program does not know
  Bytes parameters;  ///< the kind's own
  Bytes wrapped;  ///< the master key under the slot's key
  bool operator==(const Slot&) const = default;
};

/// An open keystore. Changes are in memory until `save`. Not thread-safe; borrowed references outlive it.
class Keystore {
 public:
  /// A new file with one passphrase slot, saved. `conflict` if the file is there, `limit_exceeded` if the cost is
  /// out of bounds, `refused` for an empty passphrase. `guard` is taken only on success.
  static Result<Keystore> create(Guard&& guard, platform::FileSystem& files, platform::Entropy& entropy,
                                 std::string path, const SecretBytes& passphrase,
                                 const crypto::Argon2Cost& cost = {});
  /// `unauthenticated` for a wrong passphrase, `corrupt` if the passphrase is right and the file is damaged. `guard` is
  /// taken only on success, so a mistyped passphrase may be tried again.
  static Result<Keystore> open(Guard&& guard, platform::FileSystem& files, platform::Entropy& entropy,
                               std::string path, const SecretBytes& passphrase);
  ~Keystore();
  Keystore(Keystore&&) noexcept;
  Keystore& operator=(Keystore&&) = delete;

  /// `not_found` if there is none of that name; the pointer holds until the next put or remove.
  Result<const SecretBytes*> get(const std::string& name) const;
  bool contains(const std::string& name) const { return secrets_.contains(name); }
  /// `conflict` if the name is taken (replacing a key is remove, then put), `malformed` for a bad name.
  Result<void> put(const std::string& name, SecretBytes secret);
  /// Wipes it from memory; `not_found` if there is none.
  Result<void> remove(const std::string& name);
  /// Ascending; those that begin with `prefix`.
  std::vector<std::string> names(std::string_view prefix = {}) const;

  const std::vector<Slot>& slots() const { return slots_; }
  /// A further passphrase; returns the slot's number.
  Result<std::uint64_t> add_passphrase(const SecretBytes& passphrase, const crypto::Argon2Cost& cost = {});
  /// `refused` for the last slot that this program could open.
  Result<void> remove_slot(std::uint64_t number);
  /// The slot keeps its number. `not_found` if there is no passphrase slot of that number.
  Result<void> change_passphrase(std::uint64_t number, const SecretBytes& passphrase,
                                 const crypto::Argon2Cost& cost = {});

  /// Writes the file anew under a fresh salt, atomically and durably. If it fails the old file stands.
  Result<void> save();

 private:
  Keystore(platform::FileSystem& files, platform::Entropy& entropy, std::string path)
      : files_(files), entropy_(entropy), path_(std::move(path)) {}
  Result<Slot> passphrase_slot(std::uint64_t number, const SecretBytes& passphrase,
                               const crypto::Argon2Cost& cost);

  Guard guard_;
  platform::FileSystem& files_;
  platform::Entropy& entropy_;
  std::string path_;
  Secret<32> master_;
  std::vector<Slot> slots_;
  std::map<std::string, SecretBytes> secrets_;
};

}  // namespace strongroom::keystore
