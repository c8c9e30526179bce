// One record as a file that verifies alone (protocol §3.7).
#include <algorithm>

#include "crypto/hash.h"
#include "envelope/header.h"
#include "exports/entry_proofs.h"

namespace strongroom::exports {
namespace {

const EvidenceEntry* entry_at(const Evidence& evidence, std::uint64_t leaf) {
  const auto found = std::ranges::find(evidence.entries, leaf, &EvidenceEntry::leaf);
  return found == evidence.entries.end() ? nullptr : &*found;
}

const EvidenceEntry* opening_of(const Evidence& evidence, const Hash256& folder) {
  for (const EvidenceEntry& e : evidence.entries) {
    const auto header = envelope::decode_signed_header(e.header);
    if (header && header->hash == folder) return &e;
  }
  return nullptr;
}

}  // namespace

Result<Bytes> write_message_proof(const Evidence& evidence, std::uint64_t leaf, std::uint64_t index,
                                  ledger::TileReader& capture) {
  const EvidenceEntry* batch = entry_at(evidence, leaf);
  const auto no_such = [] { return fail(ErrorCode::not_found, "the evidence has no such record"); };
  if (batch == nullptr) return no_such();
  const auto record = std::ranges::find(batch->records, index, &EvidenceRecord::index);
  if (record == batch->records.end()) return no_such();
  const envelope::SignedHeader header = TRY(envelope::decode_signed_header(batch->header));
  const Hash256 folder = TRY(envelope::decode_batch_part(header.header.part)).folder_header;
  const EvidenceEntry* open = opening_of(evidence, folder);
  if (open == nullptr)
    return fail(ErrorCode::not_found, "the evidence does not have the opening of the record's folder");

  RegisterProofs reg = TRY_IN("register", RegisterProofs::open(evidence));
  CaptureProofs proofs = TRY_IN("capture ledger", CaptureProofs::open(evidence.capture_checkpoint, capture));
  verify::MessageProof proof;
  proof.archive = evidence.archive;
  proof.record = TRY(record_proof(*record, TRY(envelope::decode_batch_body(batch->body))));
  proof.batch_header = copy_of(batch->header);
  proof.batch_proof = TRY(proofs.prove(batch->leaf, batch->header, CaptureProofs::Extra::none));
  proof.open_header = copy_of(open->header);
  proof.open_proof = TRY(proofs.prove(open->leaf, open->header, CaptureProofs::Extra::none));
  proof.provenance = TRY(provenance_of(reg, header.header.device, open->leaf));
  // What is handed out has been verified as its receiver will verify it.
  TRY_IN("the proof just made", verify::verify_message(proof, evidence.archive));
  return verify::encode(proof);
}

}  // namespace strongroom::exports
