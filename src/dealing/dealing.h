/// Dealing a folder secret: the pure function that the device runs and that trustees and readers run again to
/// check it (protocol §3.1, §3.2). It holds no key of anyone; what it is given, it computes with.
#pragma once

#include <vector>

#include "crypto/secret_sharing.h"
#include "crypto/xwing.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "roster/register_objects.h"

namespace strongroom::dealing {

/// The folder key pair's seed: HKDF(fs, ["seed", H(core0)]).
Secret<32> folder_seed(const Secret<32>& fs, const Hash256& core0_hash);

/// The shares of one quorum: Shamir with coefficients HKDF(fs, ["coef", H(core0), quorum id, k, n]).
std::vector<crypto::Share> deal_shares(const Secret<32>& fs, const Hash256& core0_hash,
                                       const envelope::Dealing& dealing);

/// c = HKDF(share, ["share-commit", H(core), quorum id, position]).
Hash256 share_commitment(const Secret<32>& share, const Hash256& core_hash, std::uint32_t quorum,
                         std::uint32_t position);

/// HPKE seal of one share with randomness HKDF(share, ["seal", purpose, H(core), quorum id, position, H(pk)], 64):
/// whoever has the share can make the same bytes again and compare (protocol §3.2).
Result<ByteArray<envelope::kSealedShareBytes>> seal_share(const Secret<32>& share, envelope::Purpose purpose,
                                                          const Hash256& core_hash, std::uint32_t quorum,
                                                          std::uint32_t position,
                                                          const crypto::xwing::PublicKey& recipient);

/// A whole deal.
struct Dealt {
  envelope::Core core;
  Bytes core_bytes;
  Hash256 core_hash{};  ///< the folder id
  envelope::ShareSet shares;  ///< in order of (quorum, position)
};
/// `keys` must hold exactly the positions of core0's dealings (`malformed` otherwise). Deterministic.
Result<Dealt> deal(const Secret<32>& fs, const envelope::Core0& core0, const roster::LotKeySet& keys);

}  // namespace strongroom::dealing
