/// Making typed signature lists (protocol §1.5).
#include "base/check.h"
#include "crypto/signature.h"

namespace strongroom::crypto {

SignatureList sign(const SigningKey& key, SignaturePolicy policy, std::string_view label, BytesView message) {
  const Bytes input = signing_input(label, message);
  SignatureList signatures;
  const ByteArray<64> first = key.sign_ed25519(input);
  signatures.push_back({SignatureType::ed25519, copy_of(first)});
  if (policy == SignaturePolicy::both) {
    signatures.push_back({SignatureType::ml_dsa_65, key.sign_ml_dsa_65(input)});
  }
  return signatures;
}

}  // namespace strongroom::crypto
