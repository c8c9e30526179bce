/// The keys of an encrypted backup: what the custodian gives (FORMAT.md, "Keys") and what follows from it.
#pragma once

#include <optional>
#include <vector>

#include "capture/parser.h"

namespace strongroom::capture::signal {

/// Everything the key files may mean.
struct KeyRing {
  std::vector<SecretBytes> backup_keys;  ///< of 32 bytes
  std::vector<ByteArray<16>> acis;
  std::vector<ByteArray<16>> backup_ids;
  std::vector<SecretBytes> tokens;  ///< forward secrecy tokens, of 32 bytes
  bool empty() const { return backup_keys.empty(); }
};
KeyRing read_key_ring(const std::vector<GivenKey>& key_files);

/// "a backup key out of an account entropy pool": HKDF-SHA-256.
SecretBytes backup_key_of(std::string_view account_entropy_pool);
ByteArray<16> backup_id_of(const SecretBytes& backup_key, const ByteArray<16>& aci);

/// What opens one backup file.
struct MessageKeys {
  SecretBytes mac, cipher;  ///< of 32 bytes each
};
/// `token` nullptr: without forward secrecy.
MessageKeys message_keys(const SecretBytes& backup_key, const ByteArray<16>& backup_id,
                         const SecretBytes* token);

/// The backup id in the `metadata` file of a local snapshot; nullopt if that is none. A wrong key gives a wrong id.
std::optional<ByteArray<16>> backup_id_in(BytesView metadata, const SecretBytes& backup_key);

}  // namespace strongroom::capture::signal
