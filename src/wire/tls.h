/// Who is at the other end: TLS 1.3 with the one group X25519MLKEM768, both sides known by pinned keys
/// (protocol §1.7). No certificate authority, no host names, no expiry, no session tickets: the pin is the
/// identity.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace strongroom::wire {

/// SHA-256 of the SubjectPublicKeyInfo (DER) of a peer's key.
using Pin = Hash256;

/// The pin of an Ed25519 public key (RFC 8410 SubjectPublicKeyInfo).
Pin pin_of_ed25519(const ByteArray<32>& public_key);

/// One or two accepted keys: the second is for rotation.
class PinSet {
 public:
  explicit PinSet(const Pin& only) : pins_{only} {}
  PinSet(const Pin& current, const Pin& next) : pins_{current, next} {}
  bool accepts(const Pin& pin) const;
  const std::vector<Pin>& pins() const { return pins_; }

 private:
  std::vector<Pin> pins_;
};

/// A TLS key with the self-signed Ed25519 certificate that carries it, made in memory; the same seed gives
/// the same certificate. Cheap to copy (shared, immutable); threads may share it.
class Identity {
 public:
  /// The seed is the Ed25519 private key (RFC 8032). It is a key of its own, used for nothing else.
  static Result<Identity> from_seed(const Secret<32>& seed);

  const Pin& pin() const;
  const ByteArray<32>& public_key() const;

  struct State;  ///< known to openssl_tls.cpp only
  const State& state() const { return *state_; }

 private:
  explicit Identity(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace strongroom::wire
