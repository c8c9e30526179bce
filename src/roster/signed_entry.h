/// Who signed an entry of the register. Private to src/roster.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/object.h"
#include "roster/register_objects.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// How far the date that an entry gives itself may be ahead of the latest witness time: the longest heartbeat, after
/// which the capture ledger has grown and a cross leaf brings a new one.
inline constexpr std::uint64_t kClaimSlackS = 31ull * 86400;

inline Result<envelope::SignedObject> open_entry(BytesView object, std::string_view label) {
  return envelope::decode_object(object, label, kRegisterObjectBytesMax);
}

/// Exactly these signed, and each signature holds.
struct ExpectedSigner {
  Bytes id;
  const crypto::SigningPublic* key;
  crypto::SignaturePolicy policy;
};
inline Result<void> signed_by(const envelope::SignedObject& object,
                              const std::vector<ExpectedSigner>& signers) {
  for (const ExpectedSigner& signer : signers)
    TRY(envelope::verify_signer(object, signer.id, *signer.key, signer.policy));
  if (object.signers.size() != signers.size())
    return fail(ErrorCode::unauthenticated, "somebody signed who has no part in this entry");
  return {};
}
inline Result<void> signed_by(const envelope::SignedObject& object, const Member& member,
                              crypto::SignaturePolicy policy) {
  return signed_by(object, {{envelope::signer_of(member.id), &member.signing, policy}});
}

}  // namespace strongroom::roster
