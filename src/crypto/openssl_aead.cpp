#include "crypto/aead.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <climits>

#include "base/check.h"
#include "crypto/aead_parts.h"
#include "crypto/openssl_handles.h"

namespace strongroom::crypto {
namespace {

constexpr ByteArray<kAeadKeyBytes> kNoKey{};

/// One cipher of this thread, one context a direction: changing the direction of a context costs a new set-up.
struct ThreadCipher {
  explicit ThreadCipher(const char* name) : cipher(EVP_CIPHER_fetch(nullptr, name, nullptr)) {
    CHECK(cipher != nullptr);
    sealing.reset(EVP_CIPHER_CTX_new());
    opening.reset(EVP_CIPHER_CTX_new());
    CHECK(EVP_EncryptInit_ex2(sealing.get(), cipher.get(), nullptr, nullptr, nullptr) == 1);
    CHECK(EVP_DecryptInit_ex2(opening.get(), cipher.get(), nullptr, nullptr, nullptr) == 1);
  }
  openssl::Cipher cipher;
  openssl::CipherContext sealing;
  openssl::CipherContext opening;
};

ThreadCipher& thread_cipher(AeadCipher which) {
  if (which == AeadCipher::aes_256_gcm) {
    thread_local ThreadCipher gcm("AES-256-GCM");
    return gcm;
  }
  thread_local ThreadCipher chacha("ChaCha20-Poly1305");
  return chacha;
}

/// OpenSSL counts in int; our largest plaintext is far below (protocol §3.3: 1 MiB, §3.6: 16 MiB).
int int_size(BytesView bytes) {
  CHECK(bytes.size() <= INT_MAX);
  return static_cast<int>(bytes.size());
}

/// Overwrites the key schedule with that of a zero key: no key stays in the thread's context.
void forget_sealing(EVP_CIPHER_CTX* context) {
  CHECK(EVP_EncryptInit_ex2(context, nullptr, openssl::in(kNoKey), nullptr, nullptr) == 1);
}
void forget_opening(EVP_CIPHER_CTX* context) {
  CHECK(EVP_DecryptInit_ex2(context, nullptr, openssl::in(kNoKey), nullptr, nullptr) == 1);
}

bool open_parts(EVP_CIPHER_CTX* context, BytesView aad, BytesView body, BytesView tag, MutableBytes out) {
  int length = 0;
  // OpenSSL takes the tag it only reads as a pointer to non-const.
  ByteArray<kAeadTagBytes> expected = array_of<kAeadTagBytes>(tag);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, expected.data()) == 1);
  if (!aad.empty()) CHECK(EVP_DecryptUpdate(context, nullptr, &length, openssl::in(aad), int_size(aad)) == 1);
  if (!body.empty()) {
    CHECK(EVP_DecryptUpdate(context, openssl::out(out), &length, openssl::in(body), int_size(body)) == 1);
  }
  unsigned char nothing[kAeadTagBytes];
  return EVP_DecryptFinal_ex(context, nothing, &length) == 1;
}

}  // namespace

void aead_seal_into(AeadCipher cipher, BytesView key, BytesView nonce, BytesView aad, BytesView plaintext,
                    MutableBytes out) {
  CHECK(key.size() == kAeadKeyBytes && nonce.size() == kAeadNonceBytes);
  CHECK(out.size() == plaintext.size() + kAeadTagBytes);
  EVP_CIPHER_CTX* context = thread_cipher(cipher).sealing.get();
  int length = 0;
  CHECK(EVP_EncryptInit_ex2(context, nullptr, openssl::in(key), openssl::in(nonce), nullptr) == 1);
  if (!aad.empty()) CHECK(EVP_EncryptUpdate(context, nullptr, &length, openssl::in(aad), int_size(aad)) == 1);
  if (!plaintext.empty()) {
    CHECK(EVP_EncryptUpdate(context, openssl::out(out), &length, openssl::in(plaintext),
                            int_size(plaintext)) == 1);
  }
  const MutableBytes tag = out.last(kAeadTagBytes);
  CHECK(EVP_EncryptFinal_ex(context, openssl::out(tag), &length) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, tag.data()) == 1);
  forget_sealing(context);
}

bool aead_open_into(AeadCipher cipher, BytesView key, BytesView nonce, BytesView aad, BytesView ciphertext,
                    MutableBytes out) {
  CHECK(key.size() == kAeadKeyBytes && nonce.size() == kAeadNonceBytes);
  if (ciphertext.size() < kAeadTagBytes) return false;
  const BytesView body = ciphertext.first(ciphertext.size() - kAeadTagBytes);
  CHECK(out.size() == body.size());
  EVP_CIPHER_CTX* context = thread_cipher(cipher).opening.get();
  CHECK(EVP_DecryptInit_ex2(context, nullptr, openssl::in(key), openssl::in(nonce), nullptr) == 1);
  const bool opened = open_parts(context, aad, body, ciphertext.last(kAeadTagBytes), out);
  forget_opening(context);
  if (!opened) wipe(out);
  return opened;
}

std::unexpected<Error> aead_refused() {
  return fail(ErrorCode::unauthenticated,
              "the ciphertext does not open: the key, the nonce, what it is bound to, or the bytes are not "
              "those of the seal");
}

Bytes aead_seal(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad, BytesView plaintext) {
  Bytes out(plaintext.size() + kAeadTagBytes);
  aead_seal_into(AeadCipher::aes_256_gcm, key.reveal(), nonce, aad, plaintext, out);
  return out;
}

Result<SecretBytes> aead_open(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad,
                              BytesView ciphertext) {
  if (ciphertext.size() < kAeadTagBytes) return aead_refused();
  SecretBytes out(ciphertext.size() - kAeadTagBytes);
  if (!aead_open_into(AeadCipher::aes_256_gcm, key.reveal(), nonce, aad, ciphertext, out.reveal_mutable())) {
    return aead_refused();
  }
  return out;
}

Result<Bytes> aead_open_plain(const Secret<32>& key, const ByteArray<12>& nonce, BytesView aad,
                              BytesView ciphertext) {
  if (ciphertext.size() < kAeadTagBytes) return aead_refused();
  Bytes out(ciphertext.size() - kAeadTagBytes);
  if (!aead_open_into(AeadCipher::aes_256_gcm, key.reveal(), nonce, aad, ciphertext, out))
    return aead_refused();
  return out;
}

}  // namespace strongroom::crypto
