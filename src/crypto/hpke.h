/// HPKE base mode (RFC 9180 §5.1) with X-Wing, HKDF-SHA256 and, in this product, AES-256-GCM.
/// The AEAD is a parameter only so that tests can run the official vectors, which exist for ChaCha20Poly1305.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/xwing.h"

namespace strongroom::crypto::hpke {

enum class Aead : std::uint16_t {
  aes_256_gcm = 0x0002,
  chacha20_poly1305_for_tests = 0x0003,
  export_only = 0xffff,  ///< exports only: seal and open are CHECKed against
};

/// One side of an HPKE context after the key schedule.
class Context {
 public:
  Context(const Secret<32>& shared, BytesView info, Aead aead);
  /// The next message (sequence number and nonce advance). Only what §1.9 calls single use seals one.
  Bytes seal(BytesView aad, BytesView plaintext);
  Result<SecretBytes> open(BytesView aad, BytesView ciphertext);
  /// RFC 9180 §5.3.
  SecretBytes export_secret(BytesView context, std::size_t length) const;

 private:
  ByteArray<12> nonce() const;
  Aead aead_;
  Secret<32> key_;
  Secret<32> base_nonce_;  ///< the first 12 bytes are used
  Secret<32> exporter_;
  std::uint64_t sequence_ = 0;
};

struct Sender {
  xwing::Ciphertext enc{};
  Context context;
};
/// SetupBaseS with chosen encapsulation randomness (64 bytes).
Result<Sender> setup_sender(const xwing::PublicKey& recipient, BytesView info, const Secret<64>& randomness,
                            Aead aead = Aead::aes_256_gcm);
/// SetupBaseR.
Context setup_recipient(const xwing::PrivateKey& recipient, const xwing::Ciphertext& enc, BytesView info,
                        Aead aead = Aead::aes_256_gcm);

/// Single shot, empty AAD: enc ‖ ciphertext ‖ tag (1120 + plaintext + 16 bytes).
Result<Bytes> seal(const xwing::PublicKey& recipient, BytesView info, BytesView plaintext,
                   const Secret<64>& randomness);
/// `malformed` if too short, `unauthenticated` if it was not sealed to this key with this info.
Result<SecretBytes> open(const xwing::PrivateKey& recipient, BytesView info, BytesView sealed);

}  // namespace strongroom::crypto::hpke
