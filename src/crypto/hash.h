/// SHA-256, SHA-512, SHA3-256 (FIPS 180-4, FIPS 202), HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869),
/// over OpenSSL. Contexts are reused: fetching a digest or a KDF each time costs microseconds.
/// Objects are used by one thread at a time; the free functions keep a context per thread.
#pragma once

#include <initializer_list>
#include <memory>

#include "base/bytes.h"
#include "base/secret.h"

namespace strongroom::crypto {

Hash256 sha256(BytesView bytes);
/// SHA-256 of the parts one after another.
Hash256 sha256(std::initializer_list<BytesView> parts);
Hash512 sha512(BytesView bytes);
Hash256 sha3_256(std::initializer_list<BytesView> parts);

/// SHA-256 (and, if asked for, SHA-512) of data that comes in pieces.
class Hasher {
 public:
  enum class Kind { sha256, sha512 };
  explicit Hasher(Kind kind);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  Hasher& add(BytesView bytes);
  /// The digest (32 or 64 bytes); the object starts over.
  Bytes finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// HMAC-SHA256 under one key, for many messages.
class Hmac {
 public:
  explicit Hmac(BytesView key);
  ~Hmac();
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(Hmac&&) noexcept;
  Hash256 of(std::initializer_list<BytesView> parts);
  Secret<32> secret_of(std::initializer_list<BytesView> parts);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// HKDF-Extract (salt may be empty).
Secret<32> hkdf_extract(BytesView salt, BytesView ikm);
/// HKDF-Expand; `out.size()` at most 255*32.
void hkdf_expand(BytesView prk, BytesView info, MutableBytes out);

/// Protocol §1.9: Extract with empty salt, then Expand; `info` is cbor::labelled(...).
class Hkdf {
 public:
  explicit Hkdf(BytesView ikm) : Hkdf(hkdf_extract({}, ikm)) {}
  Secret<32> key(BytesView info);
  Secret<64> key64(BytesView info);
  SecretBytes bytes(BytesView info, std::size_t length);

 private:
  explicit Hkdf(const Secret<32>& prk) : expand_(prk.reveal()) {}
  Hmac expand_;
};

}  // namespace strongroom::crypto
