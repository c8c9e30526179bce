#include "crypto/hash.h"
#include "seal/seal.h"

namespace strongroom::seal {

using envelope::EntryKind;

Result<Folder::Opened> Folder::open(Chain& chain, envelope::Core0 core0, const roster::LotKeySet& keys,
                                    platform::Entropy& entropy, Bytes extensions) {
  core0.device = chain.state().device;
  core0.incarnation = chain.state().incarnation;
  core0.blind = entropy.array<32>();
  core0.lot_key_set = roster::hash_of(keys);
  Folder folder;
  Bytes part, body;
  {
    // §3.1: fs lives in this block only; seed and shares die inside `deal`.
    const Secret<32> fs = entropy.secret<32>();
    dealing::Dealt dealt = TRY(dealing::deal(fs, core0, keys));
    folder.core_ = dealt.core;
    part =
        envelope::encode(envelope::OpenPart{std::move(dealt.core_bytes), envelope::share_root(dealt.shares)});
    body = envelope::encode(dealt.shares);
  }
  SealedEntry entry = chain.make(EntryKind::open, std::move(part), std::move(body), 0, std::move(extensions));
  folder.header_hash_ = entry.header_hash;
  return Opened{std::move(folder), std::move(entry)};
}

Result<SealedEntry> Folder::seal_batch(Chain& chain, const std::vector<Bytes>& records,
                                       platform::Entropy& entropy) {
  BatchSealer sealer = TRY(BatchSealer::begin(core_.public_key, header_hash_, chain.state().incarnation,
                                              chain.state().next_sequence, entropy));
  envelope::BatchBody body;
  body.reserve(records.size());
  for (const Bytes& record : records) body.push_back(sealer.seal(record));
  Bytes encoded = envelope::encode(body);
  if (encoded.size() > envelope::kBodyBytesMax)
    return fail(ErrorCode::limit_exceeded, "the records of one batch are larger than a body may be", {},
                "seal fewer records in one batch, or larger ones in chunks");
  envelope::BatchPart part{header_hash_, sealer.enc(), sealer.commit(), records.size(),
                           envelope::record_root(body)};
  SealedEntry entry =
      chain.make(EntryKind::batch, envelope::encode(part), std::move(encoded), records.size());
  ++batches_;
  records_ += records.size();
  return entry;
}

SealedEntry Folder::close(Chain& chain) {
  return chain.make(EntryKind::close, envelope::encode(envelope::ClosePart{header_hash_, batches_, records_}),
                    {});
}

}  // namespace strongroom::seal
