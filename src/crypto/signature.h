/// Signatures: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204, pure, empty context), and the typed lists in which
/// our objects carry them (protocol §1.5). Private keys are 32-byte seeds, never expanded keys.
/// ECDSA P-256 is verified, never made: old Rekor checkpoints carry it (ledger notes, type 0x02).
///
/// Verification only is in signature_verify.cpp; programs that must hold no private-key code link that alone
/// (target crypto_verify).
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "codec/cbor.h"

namespace strongroom::crypto {

inline constexpr std::size_t kEd25519PublicBytes = 32;
inline constexpr std::size_t kEd25519SignatureBytes = 64;
inline constexpr std::size_t kMlDsa65PublicBytes = 1952;
inline constexpr std::size_t kMlDsa65SignatureBytes = 3309;
inline constexpr std::size_t kMlDsa44PublicBytes = 1312;
inline constexpr std::size_t kMlDsa44SignatureBytes = 2420;

/// Both public halves of a signer.
struct SigningPublic {
  ByteArray<kEd25519PublicBytes> ed25519{};
  Bytes ml_dsa_65;  ///< 1952 bytes, or empty for a signer of the hot path only
  bool operator==(const SigningPublic&) const = default;
};

bool verify_ed25519(const ByteArray<32>& public_key, BytesView message, BytesView signature);
bool verify_ml_dsa_65(BytesView public_key, BytesView message, BytesView signature);
/// Pure, empty context; verified, never made: cosignatures of other people's witnesses (ledger notes, type 0x06).
bool verify_ml_dsa_44(BytesView public_key, BytesView message, BytesView signature);
/// SPKI in DER, signature in DER, over SHA-256.
bool verify_ecdsa_p256(BytesView spki, BytesView message, BytesView signature);

/// Ed25519 verification with the key decoded once, for many messages under it. Threads may share it.
class Ed25519Verifier {
 public:
  explicit Ed25519Verifier(const ByteArray<32>& public_key);
  ~Ed25519Verifier();
  Ed25519Verifier(Ed25519Verifier&&) noexcept;
  bool verify(BytesView message, BytesView signature) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A private key: makes signatures. Threads may share it for signing.
class SigningKey {
 public:
  /// Both seeds are 32 bytes; `ml_dsa_seed` may be empty for a hot-path-only signer.
  static SigningKey from_seeds(const Secret<32>& ed25519_seed, const SecretBytes& ml_dsa_seed);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  const SigningPublic& public_half() const;
  ByteArray<64> sign_ed25519(BytesView message) const;
  /// Hedged ML-DSA-65 signing; CHECKs that the key has an ML-DSA half.
  Bytes sign_ml_dsa_65(BytesView message) const;

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Typed signature lists (protocol §1.5): an object's bytes, then [[type, signature], ...] in order of type.
enum class SignatureType : std::uint64_t { ed25519 = 1, ml_dsa_65 = 2 };
struct TypedSignature {
  SignatureType type = SignatureType::ed25519;
  Bytes signature;
  bool operator==(const TypedSignature&) const = default;
};
using SignatureList = std::vector<TypedSignature>;

/// Which of the two every verifier demands.
enum class SignaturePolicy { ed25519_only, both };

/// What is signed: domain label and message, so that a signature on one kind of object is none on another:
/// cbor::labelled("sign", label, message).
Bytes signing_input(std::string_view label, BytesView message);
SignatureList sign(const SigningKey& key, SignaturePolicy policy, std::string_view label, BytesView message);
/// `unauthenticated` unless every type that `policy` demands is there once, in order, and verifies.
Result<void> verify(const SigningPublic& key, SignaturePolicy policy, std::string_view label,
                    BytesView message, const SignatureList& signatures);

void put_signatures(cbor::Writer& w, const SignatureList& signatures);
Result<SignatureList> get_signatures(cbor::Reader& r);
void put_public(cbor::Writer& w, const SigningPublic& key);  ///< [ed25519, ml-dsa-65 or empty]
Result<SigningPublic> get_public(cbor::Reader& r);

}  // namespace strongroom::crypto
