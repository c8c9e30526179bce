// The links of a message proof, from the archive id down to the record (protocol §3.7).
#include <fmt/format.h>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "envelope/body.h"
#include "verify/message_proof.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

Result<void> check_batch(const envelope::SignedHeader& batch, const envelope::SignedHeader& open) {
  if (batch.header.kind != envelope::EntryKind::batch)
    return fail(ErrorCode::unauthenticated, "the header is no batch's");
  const envelope::BatchPart part = TRY(envelope::decode_batch_part(batch.header.part));
  if (part.folder_header != open.hash || batch.header.incarnation != open.header.incarnation ||
      batch.header.sequence <= open.header.sequence)
    return fail(ErrorCode::unauthenticated, "the batch does not belong to the folder that is shown");
  return {};
}

}  // namespace

Result<void> verify_record(const RecordProof& proof, const envelope::SignedHeader& batch) {
  const envelope::BatchPart part = TRY(envelope::decode_batch_part(batch.header.part));
  const Bytes aad =
      envelope::record_aad(part.folder_header, batch.header.incarnation, batch.header.sequence, proof.index);
  if (envelope::franking_tag(proof.franking_key, aad, proof.cbor) != proof.frank)
    return fail(ErrorCode::unauthenticated,
                "the record is not the one that was sealed: its franking tag does not hold");
  Bytes leaf = copy_of(proof.siv);
  append(leaf, proof.frank);
  append(leaf, proof.ciphertext);
  if (proof.index >= part.records)
    return fail(ErrorCode::unauthenticated, "the batch has no record of this number");
  return ledger::verify_inclusion(ledger::leaf_hash(leaf), ledger::LeafIndex{proof.index},
                                  ledger::TreeSize{part.records}, proof.path, part.record_root);
}

Result<ProvenMessage> verify_message(const MessageProof& proof, const Hash256& archive) {
  if (proof.archive != archive)
    return fail(ErrorCode::unauthenticated, "the proof is of another archive", {},
                "compare the archive id, or its six words");
  const KnownDevice device = TRY(follow(proof.provenance, archive));
  const LoggedHeader open = TRY_IN("folder", open_logged(proof.open_header, proof.open_proof, device));
  TRY_IN("folder", open_folder_core(open, device));
  const LoggedHeader logged = TRY_IN("batch", open_logged(proof.batch_header, proof.batch_proof, device));
  const envelope::SignedHeader& batch = logged.header;
  TRY_IN("batch", check_batch(batch, open.header));
  if (logged.leaf <= open.leaf)
    return fail(ErrorCode::unauthenticated, "the batch stands before its folder in the ledger");
  TRY_IN("record", verify_record(proof.record, batch));
  ProvenMessage out;
  out.record = TRY_IN("record", record::decode(proof.record.cbor));
  out.device = device.enrolment.device;
  out.sealed_ms = batch.header.device_time_ms;
  out.leaf = logged.leaf;
  out.witness_time_s = logged.witness_time_s;
  out.enrolled_s = device.enrolment.enrolled_s;
  out.rosters = device.rosters.size();
  out.later_keys = proof.provenance.later_keys.size();
  return out;
}

std::string report_text(const ProvenMessage& p) {
  const std::string device = codec::hex(p.device);
  return fmt::format(
      "It holds. Proved, without opening anything else:\n"
      "  - A record of kind \"{}\" was sealed by device {}.\n"
      "    The register of the archive enrolled this device on {}. Who carried it is not in this file:\n"
      "    the archive's sealed directory says so, and the officers who enrolled it can testify.\n"
      "{}"
      "  - By the device's clock it was sealed on {}.\n"
      "  - It stands in the archive's ledger at entry {}, and witnesses outside the archive had seen that "
      "entry\n"
      "    on {} at the latest. Since then not one byte of the record has changed.\n"
      "  - The archive is the one whose id was given; its roster was followed through {}.\n"
      "Not proved: that what the application showed the device was true.\n",
      record::name_of(p.record.kind), device, utc(p.enrolled_s),
      p.later_keys == 0
          ? ""
          : fmt::format("    Its key had been replaced before, {}, each time by the key in force and an "
                        "officer.\n",
                        counted(p.later_keys, "time")),
      utc(p.sealed_ms / 1000), p.leaf, utc(p.witness_time_s), counted(p.rosters, "version"));
}

std::string report_json(const ProvenMessage& p) {
  return fmt::format(
             R"({{"holds":true,"kind":{},"device":"{}","enrolled_at":{},"sealed_at_ms":{},"ledger_index":{},)"
             R"("witness_time":{},"rosters":{},"later_keys":{}}})",
             codec::json_string(record::name_of(p.record.kind)), codec::hex(p.device), p.enrolled_s,
             p.sealed_ms, p.leaf, p.witness_time_s, p.rosters, p.later_keys) +
         "\n";
}

}  // namespace strongroom::verify
