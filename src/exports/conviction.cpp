// What convicts a device or a trustee as a file that verifies alone (protocol §3.2).
#include "conviction/conviction.h"

#include "exports/entry_proofs.h"

namespace strongroom::exports {

Result<Bytes> write_conviction(const Evidence& evidence, conviction::Conviction charge,
                               const EvidenceEntry& entry, const EvidenceEntry* other,
                               ledger::TileReader& capture) {
  RegisterProofs reg = TRY_IN("register", RegisterProofs::open(evidence));
  CaptureProofs proofs = TRY_IN("capture ledger", CaptureProofs::open(evidence.capture_checkpoint, capture));
  const auto logged = [&](const EvidenceEntry& e) -> Result<conviction::LoggedBytes> {
    return conviction::LoggedBytes{copy_of(e.header),
                                   TRY(proofs.prove(e.leaf, e.header, CaptureProofs::Extra::none))};
  };
  charge.archive = evidence.archive;
  charge.entry = TRY(logged(entry));
  if (other != nullptr) charge.other = TRY(logged(*other));
  const envelope::SignedHeader header = TRY(envelope::decode_signed_header(entry.header));
  charge.provenance = TRY(provenance_of(reg, header.header.device, entry.leaf));
  // Nobody is accused by a file that does not convict.
  TRY_IN("the evidence just made", conviction::judge(charge, evidence.archive));
  return conviction::encode(charge);
}

}  // namespace strongroom::exports
