/// What other applications encrypt their backups and databases with, over OpenSSL: for reading only, inside
/// strongroom-parse, with keys the custodian gave. Nothing of ours is encrypted with these; see crypto/.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::capture::ciphers {

enum class Mode {
  aes_256_cbc,  ///< with PKCS#7 padding
  aes_256_cbc_unpadded,
  aes_256_ctr,
};

/// Decrypts in pieces. Keys and initial vectors of other lengths than the mode's are `malformed`.
class Decryptor {
 public:
  static Result<Decryptor> start(Mode mode, BytesView key, BytesView iv);
  ~Decryptor();
  Decryptor(Decryptor&&) noexcept;
  Decryptor& operator=(Decryptor&&) noexcept;
  /// Appends to `out` what can be decrypted so far.
  void add(BytesView ciphertext, Bytes& out);
  /// The rest; `corrupt` if the padding is wrong (mostly: the key is).
  Result<void> finish(Bytes& out);

 private:
  struct State;
  explicit Decryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All at once.
Result<Bytes> decrypt(Mode mode, BytesView key, BytesView iv, BytesView ciphertext);
/// AES-256-GCM; `iv` of any length. `corrupt` if the tag does not match.
Result<Bytes> open_gcm(BytesView key, BytesView iv, BytesView ciphertext, BytesView tag, BytesView aad = {});

/// HMAC over pieces that follow each other.
class HmacReader {
 public:
  enum class Hash { sha256, sha512 };
  HmacReader(Hash hash, BytesView key);
  ~HmacReader();
  HmacReader(HmacReader&&) noexcept;
  HmacReader& add(BytesView bytes);
  Bytes finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// PBKDF2 (RFC 8018) with HMAC-SHA-256 or -512, or -1 where a format is that old.
enum class Pbkdf2Hash { sha1, sha256, sha512 };
/// `limit_exceeded` above 10,000,000 iterations, `malformed` for none.
Result<SecretBytes> pbkdf2(Pbkdf2Hash hash, BytesView passphrase, BytesView salt, std::uint64_t iterations,
                           std::size_t length);

/// RSA PKCS#1 v1.5 (RFC 8017 §7.2), as WeCom wraps its keys. `key_pem` is a private key without a passphrase.
/// `malformed` if it is none, `corrupt` if nothing can be unwrapped.
Result<SecretBytes> rsa_unwrap(std::string_view key_pem, BytesView wrapped);

}  // namespace strongroom::capture::ciphers
