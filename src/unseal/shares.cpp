#include <algorithm>

#include "crypto/hash.h"
#include "unseal/unseal.h"

namespace strongroom::unseal {

using envelope::Purpose;

Result<Secret<32>> open_share(const envelope::SealedShare& s, const crypto::xwing::PrivateKey& lot_key,
                              const Hash256& core_hash) {
  const Hash256 key_hash = crypto::sha256(lot_key.public_key());
  const Bytes info = hpke_info(Purpose::deal, core_hash, s.quorum, s.position, key_hash);
  const SecretBytes opened = TRY_IN("share", crypto::hpke::open(lot_key, info, s.sealed));
  if (opened.size() != 32) return fail(ErrorCode::unauthenticated, "the share has the wrong length", "share");
  Secret<32> share = Secret<32>::copy_of(opened.reveal().first<32>());
  // §3.2: check c, and make the seal again.
  if (dealing::share_commitment(share, core_hash, s.quorum, s.position) != s.commitment)
    return fail(ErrorCode::unauthenticated, "the share is not the one its commitment names", "commitment");
  if (TRY(dealing::seal_share(share, Purpose::deal, core_hash, s.quorum, s.position, lot_key.public_key())) !=
      s.sealed)
    return fail(ErrorCode::unauthenticated, "the share was not sealed as the protocol says", "seal");
  return share;
}

Result<Secret<32>> open_granted(const ByteArray<envelope::kSealedShareBytes>& granted, std::uint32_t quorum,
                                std::uint32_t position, const Hash256& logged_commitment,
                                const crypto::xwing::PrivateKey& reply_key, const Hash256& core_hash) {
  const Hash256 key_hash = crypto::sha256(reply_key.public_key());
  const Bytes info = hpke_info(Purpose::grant, core_hash, quorum, position, key_hash);
  const SecretBytes opened = TRY_IN("grant", crypto::hpke::open(reply_key, info, granted));
  if (opened.size() != 32)
    return fail(ErrorCode::unauthenticated, "the granted share has the wrong length", "grant");
  Secret<32> share = Secret<32>::copy_of(opened.reveal().first<32>());
  if (dealing::share_commitment(share, core_hash, quorum, position) != logged_commitment)
    return fail(ErrorCode::unauthenticated, "the granted share is not the one that was dealt", "commitment");
  if (TRY(dealing::seal_share(share, Purpose::grant, core_hash, quorum, position, reply_key.public_key())) !=
      granted)
    return fail(ErrorCode::unauthenticated, "the grant was not sealed as the protocol says", "seal");
  return share;
}

}  // namespace strongroom::unseal
