/// The bytes of a keystore file, in three layers that can be tested apart: the frame (public), the slots (a
/// passphrase opens one), the content (the master key opens it). Private to src/keystore.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "keystore/keystore.h"

namespace strongroom::keystore::file {

using Secrets = std::map<std::string, SecretBytes>;

/// 0x01 ‖ CBOR ["keystore", 1, slots, salt, ciphertext].
struct Frame {
  std::vector<Slot> slots;  ///< ascending numbers
  ByteArray<32> salt{};     ///< of the content key
  Bytes ciphertext;
  bool operator==(const Frame&) const = default;
};
Bytes encode(const Frame& frame);
/// `unsupported` for another version, `malformed` or `limit_exceeded` for anything else that is not right.
Result<Frame> decode(BytesView bytes);

/// What the parameters of a passphrase slot say: CBOR ["argon2id", 1, salt, KiB, iterations, lanes].
struct PassphraseParameters {
  ByteArray<16> salt{};
  crypto::Argon2Cost cost;
};
Bytes encode(const PassphraseParameters& parameters);
Result<PassphraseParameters> decode_parameters(BytesView bytes);

/// Wraps the master key in a passphrase slot; `limit_exceeded` if the cost is out of bounds.
Result<Slot> wrap(std::uint64_t number, const PassphraseParameters& parameters, const SecretBytes& passphrase,
                  const Secret<32>& master);
/// `unauthenticated` if it is not this slot's passphrase (or the slot is damaged: the two look the same).
Result<Secret<32>> unwrap(const Slot& slot, const SecretBytes& passphrase);

/// Seals the secrets under HKDF(master, ["keystore-content", 1, salt]); slots and salt are authenticated with them.
Bytes seal(const Secret<32>& master, std::vector<Slot> slots, const ByteArray<32>& salt,
           const Secrets& secrets);
/// `corrupt` if anything in the file is not what was sealed.
Result<Secrets> open(const Secret<32>& master, const Frame& frame);

Result<void> check_name(std::string_view name);

}  // namespace strongroom::keystore::file
