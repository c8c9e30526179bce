/// Megolm, version 1: reading only (https://spec.matrix.org, "Megolm group ratchet"; algorithm m.megolm.v1.aes-sha2).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::capture::matrix {

inline constexpr std::size_t kRatchetBytes = 128;

/// The state of an inbound group session from some message on.
class MegolmSession {
 public:
  /// An exported session key: 0x01 | index u32 | ratchet 128 | Ed25519 public key 32. `malformed`.
  static Result<MegolmSession> from_export(BytesView key);

  struct Opened {
    std::uint32_t index = 0;
    Bytes plaintext;
  };
  /// Checks signature and MAC before it decrypts. `malformed`; `unauthenticated` if one does not hold; `not_found` for
  /// a message from before this state; `corrupt` if the padding is wrong.
  Result<Opened> open(BytesView message);

  const ByteArray<32>& public_key() const { return public_key_; }
  std::uint32_t first_index() const { return first_index_; }

 private:
  MegolmSession() = default;
  struct Ratchet {
    std::uint32_t index = 0;
    SecretBytes parts;
  };
  static void advance(Ratchet& ratchet, std::uint32_t to);

  ByteArray<32> public_key_{};
  std::uint32_t first_index_ = 0;
  Ratchet first_, latest_;
};

}  // namespace strongroom::capture::matrix
