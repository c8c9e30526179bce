#include "envelope/object_sign.h"

#include <algorithm>

namespace strongroom::envelope {

void add_signature(SignedObject& object, BytesView signer, const crypto::SigningKey& key,
                   crypto::SignaturePolicy policy) {
  Signer entry{copy_of(signer), crypto::sign(key, policy, object.label, object.content)};
  std::erase_if(object.signers, [&](const Signer& s) { return s.id == entry.id; });
  const auto place = std::ranges::lower_bound(object.signers, entry.id, {}, &Signer::id);
  object.signers.insert(place, std::move(entry));
}

}  // namespace strongroom::envelope
