/// The AEAD of HPKE, where the cipher is a parameter so that official vectors can run. Private to src/crypto.
#pragma once

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::crypto {

enum class AeadCipher { aes_256_gcm, chacha20_poly1305 };

/// Writes plaintext.size() + 16 bytes. `key` has 32 bytes and `nonce` 12.
void aead_seal_into(AeadCipher cipher, BytesView key, BytesView nonce, BytesView aad, BytesView plaintext,
                    MutableBytes out);
/// Writes ciphertext.size() - 16 bytes; false if it does not authenticate or is shorter than a tag (`out` is
/// then all zero).
bool aead_open_into(AeadCipher cipher, BytesView key, BytesView nonce, BytesView aad, BytesView ciphertext,
                    MutableBytes out);
/// The error of an AEAD that did not open.
std::unexpected<Error> aead_refused();

}  // namespace strongroom::crypto
