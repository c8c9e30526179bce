#include "exports/entry_proofs.h"

#include "crypto/hash.h"
#include "envelope/leaf.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

namespace strongroom::exports {

Result<CaptureProofs> CaptureProofs::open(const std::string& checkpoint, ledger::TileReader& tiles) {
  const auto parsed = TRY_IN("capture checkpoint", ledger::parse_cosigned_checkpoint_unverified(checkpoint));
  const ledger::Checkpoint& c = parsed.checkpoint;
  return CaptureProofs(checkpoint, TRY(ledger::AuthenticatedTiles::open(c.size, c.root, tiles)), c.root);
}

Result<std::string> CaptureProofs::prove(std::uint64_t leaf, BytesView header, Extra extra) {
  ledger::TlogProof proof;
  proof.index = ledger::LeafIndex{leaf};
  proof.hashes = TRY(ledger::inclusion_proof(proof.index, tiles_.size(), tiles_));
  const envelope::Digests digests = envelope::digests_of(header);
  TRY(ledger::verify_inclusion(ledger::leaf_hash(envelope::encode(envelope::CaptureLeaf{digests})),
                               proof.index, tiles_.size(), proof.hashes, root_));
  if (extra == Extra::header_name) proof.extra = copy_of(digests.sha256);
  proof.checkpoint = checkpoint_;
  return ledger::format_tlog_proof(proof);
}

Result<RegisterProofs> RegisterProofs::open(const Evidence& evidence) {
  RegisterProofs out(evidence.archive);
  const auto head = TRY_IN("register checkpoint",
                           ledger::parse_cosigned_checkpoint_unverified(evidence.register_checkpoint));
  out.items_ = TRY(verify::parse_register_log(evidence.register_log));
  if (out.items_.size() < head.checkpoint.size.value)
    return fail(ErrorCode::corrupt, "the register is shorter than its checkpoint");
  out.items_.resize(static_cast<std::size_t>(head.checkpoint.size.value));
  std::size_t bytes = 0;
  for (const verify::RegisterItem& item : out.items_) {
    TRY(out.reading_.take(item.leaf, item.object));
    out.tree_.append(ledger::leaf_hash(item.leaf));
    bytes += 8 + item.leaf.size() + item.object.size();
  }
  if (out.tree_.root() != head.checkpoint.root)
    return fail(ErrorCode::corrupt, "the register does not give the root of its checkpoint");
  out.log_ = evidence.register_log.first(bytes);
  out.checkpoint_ = evidence.register_checkpoint;
  return out;
}

Result<std::string> RegisterProofs::prove(std::uint64_t leaf) {
  ledger::TlogProof proof;
  proof.index = ledger::LeafIndex{leaf};
  proof.hashes = TRY(ledger::inclusion_proof(proof.index, tree_.size(), tree_));
  proof.checkpoint = checkpoint_;
  return ledger::format_tlog_proof(proof);
}

Result<verify::Provenance> provenance_of(RegisterProofs& reg, const envelope::DeviceId& device,
                                         std::uint64_t leaf) {
  const auto enrolled = reg.reading().state().devices().find(device);
  if (enrolled == reg.reading().state().devices().end())
    return fail(ErrorCode::not_found, "the device is not enrolled in the register");
  const auto link = [&](std::uint64_t at) -> Result<verify::RegisterLink> {
    return verify::RegisterLink{copy_of(reg.object(at)), TRY(reg.prove(at))};
  };
  verify::Provenance out;
  out.enrolment = TRY(link(enrolled->second.leaf));
  for (const roster::LaterKey& later : enrolled->second.later_keys) {
    if (leaf < later.capture_size) break;
    out.later_keys.push_back(TRY(link(later.leaf)));
  }
  const std::vector<std::uint64_t>& rosters = reg.reading().roster_leaves();
  out.genesis = copy_of(reg.object(rosters.front()));
  for (std::size_t i = 1; i < rosters.size(); ++i) out.successors.push_back(TRY(link(rosters[i])));
  return out;
}

Result<verify::RecordProof> record_proof(const EvidenceRecord& record, const envelope::BatchBody& body) {
  if (record.index >= body.size() || record.franking_key.size() != 32)
    return fail(ErrorCode::corrupt, "the batch has no record of this number");
  ledger::MemoryTree tree;
  for (const envelope::SealedRecord& sealed : body)
    tree.append(ledger::leaf_hash(envelope::record_leaf(sealed)));
  const envelope::SealedRecord& sealed = body[static_cast<std::size_t>(record.index)];
  verify::RecordProof out;
  out.index = record.index;
  out.cbor = copy_of(record.cbor);
  out.franking_key = array_of<32>(record.franking_key);
  out.siv = sealed.siv;
  out.frank = sealed.frank;
  out.ciphertext = crypto::sha256(sealed.ciphertext);
  out.path = TRY(ledger::inclusion_proof(ledger::LeafIndex{record.index}, tree.size(), tree));
  return out;
}

}  // namespace strongroom::exports
