/// Typed signature lists (protocol §1.5): reading, writing and verifying them. No private keys.
#include "crypto/signature.h"

namespace strongroom::crypto {
namespace {

std::unexpected<Error> refuse(std::string what) {
  return fail(ErrorCode::unauthenticated, std::move(what), {},
              "the object was altered, or was not made by this signer");
}

bool signature_holds(const SigningPublic& key, const TypedSignature& item, BytesView input) {
  switch (item.type) {
    case SignatureType::ed25519: return verify_ed25519(key.ed25519, input, item.signature);
    case SignatureType::ml_dsa_65: return verify_ml_dsa_65(key.ml_dsa_65, input, item.signature);
  }
  return false;
}

bool rising_types(const SignatureList& signatures) {
  for (std::size_t i = 1; i < signatures.size(); ++i) {
    if (signatures[i].type <= signatures[i - 1].type) return false;
  }
  return true;
}

bool has(const SignatureList& signatures, SignatureType type) {
  for (const TypedSignature& item : signatures) {
    if (item.type == type) return true;
  }
  return false;
}

std::size_t signature_bytes(SignatureType type) {
  return type == SignatureType::ed25519 ? kEd25519SignatureBytes : kMlDsa65SignatureBytes;
}

Result<TypedSignature> get_signature(cbor::Reader& r) {
  TRY(r.array(2));
  const std::uint64_t number = TRY(r.uint());
  if (number != 1 && number != 2)
    return r.error(ErrorCode::unsupported, "a signature of a type this program does not know");
  const auto type = static_cast<SignatureType>(number);
  const BytesView bytes = TRY(r.bytes());
  if (bytes.size() != signature_bytes(type)) {
    return r.error(ErrorCode::malformed, "a signature does not have the length of its type");
  }
  return TypedSignature{type, copy_of(bytes)};
}

}  // namespace

Bytes signing_input(std::string_view label, BytesView message) {
  return cbor::labelled("sign", label, message);
}

Result<void> verify(const SigningPublic& key, SignaturePolicy policy, std::string_view label,
                    BytesView message, const SignatureList& signatures) {
  if (!rising_types(signatures)) return refuse("the signatures are not in order of type, each once");
  if (!has(signatures, SignatureType::ed25519)) return refuse("the Ed25519 signature is missing");
  if (policy == SignaturePolicy::both && !has(signatures, SignatureType::ml_dsa_65)) {
    return refuse("the ML-DSA-65 signature is missing");
  }
  const Bytes input = signing_input(label, message);
  // One that the policy does not demand must still hold if it is there.
  for (const TypedSignature& item : signatures) {
    if (!signature_holds(key, item, input)) {
      return refuse(item.type == SignatureType::ed25519 ? "the Ed25519 signature does not verify"
                                                        : "the ML-DSA-65 signature does not verify");
    }
  }
  return {};
}

void put_signatures(cbor::Writer& w, const SignatureList& signatures) {
  w.array(signatures.size());
  for (const TypedSignature& item : signatures) {
    w.array(2).uint(static_cast<std::uint64_t>(item.type)).bytes(item.signature);
  }
}

Result<SignatureList> get_signatures(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > 2) return r.error(ErrorCode::limit_exceeded, "more signatures than there are types");
  SignatureList signatures;
  for (std::size_t i = 0; i < count; ++i) {
    signatures.push_back(TRY(get_signature(r)));
    if (!rising_types(signatures)) {
      return r.error(ErrorCode::malformed, "the signatures are not in order of type, each once");
    }
  }
  return signatures;
}

void put_public(cbor::Writer& w, const SigningPublic& key) {
  w.array(2).bytes(key.ed25519).bytes(key.ml_dsa_65);
}

Result<SigningPublic> get_public(cbor::Reader& r) {
  TRY(r.array(2));
  SigningPublic key;
  key.ed25519 = TRY(r.array_bytes<kEd25519PublicBytes>());
  const BytesView ml_dsa = TRY(r.bytes());
  if (!ml_dsa.empty() && ml_dsa.size() != kMlDsa65PublicBytes) {
    return r.error(ErrorCode::malformed, "an ML-DSA-65 public key has 1952 bytes");
  }
  key.ml_dsa_65 = copy_of(ml_dsa);
  return key;
}

}  // namespace strongroom::crypto
