/// Signing objects. Apart from object.h so that programs without private keys do not link it
/// (library envelope_sign).
#pragma once

#include "crypto/signature.h"
#include "envelope/object.h"

namespace strongroom::envelope {

/// Adds the signatures of `signer` (replacing earlier ones of the same signer), keeping the order.
void add_signature(SignedObject& object, BytesView signer, const crypto::SigningKey& key,
                   crypto::SignaturePolicy policy);

}  // namespace strongroom::envelope
