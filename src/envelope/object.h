/// Signed objects: the one container for everything that is signed (protocol §1.5, §1.8, §3.3).
/// Format page: docs/formats/objects.md.
///
///   object  = 0x01 ‖ CBOR [label, content (bytes), [[signer (bytes), [[type, signature], ...]], ...]]
///
/// The first byte is the suite version. `content` is itself one deterministic CBOR item; what is signed is
/// crypto::signing_input(label, content). Signers are in ascending order and differ.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"

namespace strongroom::envelope {

/// The only suite that is built (protocol §1.8).
inline constexpr std::byte kSuiteVersion{0x01};

struct Signer {
  Bytes id;  ///< device pseudonym (16 bytes) or member id (4 bytes, big-endian)
  crypto::SignatureList signatures;
  bool operator==(const Signer&) const = default;
};

struct SignedObject {
  std::string label;  ///< "header", "roster", "lot-key", "enrolment", "request", ...
  Bytes content;
  std::vector<Signer> signers;
  bool operator==(const SignedObject&) const = default;
};

Bytes encode(const SignedObject& object);
/// `unsupported` for another version byte, `malformed` for any other encoding or label, `limit_exceeded` above
/// `bytes_max`. Signatures are not checked here.
Result<SignedObject> decode_object(BytesView bytes, std::string_view label, std::size_t bytes_max);

/// Verifies that `signer` signed under `policy`; `unauthenticated` otherwise.
Result<void> verify_signer(const SignedObject& object, BytesView signer, const crypto::SigningPublic& key,
                           crypto::SignaturePolicy policy);

/// H(content): how objects name each other, whatever their signatures (protocol §3.3 "without signatures").
Hash256 content_hash(const SignedObject& object);

}  // namespace strongroom::envelope
