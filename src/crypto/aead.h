/// AES-256-GCM (NIST SP 800-38D), 96-bit nonces, 128-bit tags at the end of the ciphertext.
/// Contexts are kept per thread; a call costs the key schedule and the data.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;

/// The nonce of every key that is used once (protocol §1.9): twelve zero bytes.
inline constexpr ByteArray<kAeadNonceBytes> kZeroNonce{};

/// ciphertext ‖ tag.
Bytes aead_seal(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad, BytesView plaintext);
/// `unauthenticated` if key, nonce, aad or ciphertext are not those of the seal; nothing is returned then.
Result<SecretBytes> aead_open(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad,
                              BytesView ciphertext);
/// The same into an ordinary buffer, for plaintext that is shown or stored next.
Result<Bytes> aead_open_plain(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad,
                              BytesView ciphertext);

}  // namespace strongroom::crypto
