/// Owning handles for OpenSSL's objects. Included by openssl_*.cpp only.
///
/// Fetching an algorithm costs microseconds and a context hundreds of nanoseconds, so each openssl_*.cpp keeps
/// what its hot calls need in `thread_local` handles behind a function: made at a thread's first call, freed
/// (and wiped by OpenSSL) at its end, never shared. Contexts that have seen a key or a secret are put back to
/// their initial state at the end of a call, not at the start of the next, so nothing of it stays behind.
#pragma once

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

#include "base/bytes.h"

namespace strongroom::crypto::openssl {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Digest = std::unique_ptr<EVP_MD, Freed<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Freed<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using SignatureAlgorithm = std::unique_ptr<EVP_SIGNATURE, Freed<EVP_SIGNATURE_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Freed<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freed<EVP_KDF_CTX_free>>;

inline const unsigned char* in(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* out(MutableBytes bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace strongroom::crypto::openssl
