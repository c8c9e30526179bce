/// The limits: bare calls of OpenSSL and zstd on kept contexts, with the byte counts of our work and none of the rest.
/// The only file here that includes OpenSSL.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

namespace strongroom::bench {

std::string openssl_version();

/// How long each input of protocol §3.6 is for one record.
struct RecordLengths {
  std::size_t frank_info = 0;  ///< of the HKDF that gives kf_i
  std::size_t frank_message = 0;  ///< of HMAC under kf_i
  std::size_t siv_message = 0;
  std::size_t key_info = 0;  ///< of the HKDF that gives key_i
  std::size_t aad = 0;
  std::size_t padded = 0;
};

/// The primitives of §3.6 for one record after another: SHA-256, HMAC under kept keys and under a new one, one zstd
/// frame, AES-256-GCM under a new key, and the hashes of the record tree.
class RecordPrimitives {
 public:
  explicit RecordPrimitives(const RecordLengths& lengths);
  ~RecordPrimitives();
  void seal(BytesView cbor);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One Ed25519 verification after another, key decoded once, message of the given length.
class Ed25519Limit {
 public:
  explicit Ed25519Limit(std::size_t message_bytes);
  ~Ed25519Limit();
  void verify();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 over one long stream: what the processor's compression function can do.
void sha256_stream(BytesView bytes, std::size_t times);

}  // namespace strongroom::bench
