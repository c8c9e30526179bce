/// Bodies: the share set of an open entry, the sealed records of a batch (protocol §3.1, §3.5, §3.6).
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/header.h"

namespace strongroom::envelope {

inline constexpr std::size_t kSealedShareBytes = 1120 + 32 + 16;

struct SealedShare {
  std::uint32_t quorum = 0, position = 0;
  Hash256 commitment{};                   ///< HKDF(share, "share-commit" ...)
  ByteArray<kSealedShareBytes> sealed{};  ///< HPKE to the lot key of that position
  bool operator==(const SealedShare&) const = default;
};
using ShareSet = std::vector<SealedShare>;
/// In order of (quorum, position), each once.
Bytes encode(const ShareSet& shares);
Result<ShareSet> decode_share_set(BytesView body);
/// Merkle root over the encoded items.
Hash256 share_root(const ShareSet& shares);

/// One sealed record of a batch.
struct SealedRecord {
  ByteArray<16> siv{};
  Hash256 frank{};
  Bytes ciphertext;  ///< padded plaintext + 16
  bool operator==(const SealedRecord&) const = default;
};
using BatchBody = std::vector<SealedRecord>;
Bytes encode(const BatchBody& records);
Result<BatchBody> decode_batch_body(BytesView body);
/// siv ‖ frank ‖ H(ciphertext): the data of one leaf of the record tree (the tree adds 0x00).
Bytes record_leaf(const SealedRecord& record);
Hash256 record_root(const BatchBody& records);

/// How long a record's plaintext becomes: 256, 512, then Padmé (Nikitin et al., PETS 2019 §4: the top
/// log2(log2 L) + 1 bits of the length are kept and the rest is rounded up) (protocol §3.6).
std::size_t padded_size(std::size_t unpadded);

/// AAD_i = [label, version, H(folder header), incarnation, sequence, i].
Bytes record_aad(const Hash256& folder_header, const Incarnation& incarnation, std::uint64_t sequence,
                 std::uint64_t i);

/// frank_i = HMAC(kf_i, ["frank", 1, AAD_i, CBOR]) (protocol §3.6, §3.7): with kf_i anyone can check it.
Hash256 franking_tag(BytesView franking_key, BytesView aad, BytesView record_cbor);

}  // namespace strongroom::envelope
