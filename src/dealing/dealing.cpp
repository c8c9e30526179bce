#include "dealing/dealing.h"

#include <algorithm>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"

namespace strongroom::dealing {

using envelope::Purpose;

Secret<32> folder_seed(const Secret<32>& fs, const Hash256& core0_hash) {
  return crypto::Hkdf(fs.reveal()).key(cbor::labelled("seed", BytesView(core0_hash)));
}

std::vector<crypto::Share> deal_shares(const Secret<32>& fs, const Hash256& core0_hash,
                                       const envelope::Dealing& d) {
  CHECK(d.mode == 1);
  const Bytes info = cbor::labelled("coef", BytesView(core0_hash), d.quorum, d.k, d.n);
  const SecretBytes coefficients = crypto::Hkdf(fs.reveal()).bytes(info, std::size_t{32} * (d.k - 1));
  return crypto::split_secret(fs, coefficients.reveal(), d.k, d.n);
}

Hash256 share_commitment(const Secret<32>& share, const Hash256& core_hash, std::uint32_t quorum,
                         std::uint32_t position) {
  const Bytes info = cbor::labelled("share-commit", BytesView(core_hash), quorum, position);
  return array_of<32>(crypto::Hkdf(share.reveal()).key(info).reveal());
}

Result<ByteArray<envelope::kSealedShareBytes>> seal_share(const Secret<32>& share, Purpose purpose,
                                                          const Hash256& core_hash, std::uint32_t quorum,
                                                          std::uint32_t position,
                                                          const crypto::xwing::PublicKey& recipient) {
  const Hash256 key_hash = crypto::sha256(recipient);
  const Bytes derive =
      cbor::labelled("seal", name_of(purpose), BytesView(core_hash), quorum, position, BytesView(key_hash));
  const Secret<64> randomness = crypto::Hkdf(share.reveal()).key64(derive);
  const Bytes info = hpke_info(purpose, core_hash, quorum, position, key_hash);
  const Bytes sealed = TRY(crypto::hpke::seal(recipient, info, share.reveal(), randomness));
  CHECK(sealed.size() == envelope::kSealedShareBytes);
  return array_of<envelope::kSealedShareBytes>(sealed);
}

Result<Dealt> deal(const Secret<32>& fs, const envelope::Core0& core0, const roster::LotKeySet& keys) {
  if (roster::hash_of(keys) != core0.lot_key_set)
    return fail(ErrorCode::malformed, "the folder's core names another lot-key set than the one given");
  const Hash256 core0_hash = crypto::sha256(envelope::encode(core0));
  Dealt out;
  out.core.core0 = core0;
  out.core.public_key = crypto::xwing::public_from_seed(folder_seed(fs, core0_hash));
  out.core_bytes = envelope::encode(out.core);
  out.core_hash = envelope::folder_id(out.core_bytes);
  std::size_t used = 0;
  for (const envelope::Dealing& d : core0.dealings) {
    const std::vector<crypto::Share> shares = deal_shares(fs, core0_hash, d);
    for (std::uint32_t position = 0; position < d.n; ++position) {
      const auto key = std::ranges::find_if(
          keys, [&](const roster::LotKeyRef& k) { return k.quorum == d.quorum && k.position == position; });
      if (key == keys.end()) return fail(ErrorCode::malformed, "a position of the dealing has no lot key");
      const Secret<32>& y = shares[position].y;
      out.shares.push_back(
          {d.quorum, position, share_commitment(y, out.core_hash, d.quorum, position),
           TRY(seal_share(y, Purpose::deal, out.core_hash, d.quorum, position, key->public_key))});
      ++used;
    }
  }
  if (used != keys.size())
    return fail(ErrorCode::malformed, "the lot-key set holds keys of no position dealt to");
  return out;
}

}  // namespace strongroom::dealing
