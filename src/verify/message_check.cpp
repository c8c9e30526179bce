// The links of a message proof, from the archive id down to the record (protocol §3.7).
#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/body.h"
#include "envelope/leaf.h"
#include "ledger/proof.h"
#include "roster/device_replaced.h"
#include "roster/register_objects.h"
#include "roster/roster.h"
#include "verify/message_proof.h"
#include "verify/register_reading.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

using crypto::SignaturePolicy;

/// An entry of a ledger is where its proof says, under this roster's witness policy.
Result<ledger::ProvenEntry> proven(const std::string& proof, BytesView leaf, const roster::Roster& roster,
                                   LedgerName which) {
  const ledger::TlogProof parsed = TRY(ledger::parse_tlog_proof(proof));
  if (parsed.extra) return fail(ErrorCode::malformed, "a proof carries something that nothing authenticates");
  return ledger::verify_tlog_proof(parsed, leaf, TRY(policy_of(roster, which)));
}

Bytes register_leaf(envelope::RegisterType type, BytesView object) {
  return envelope::encode(envelope::RegisterLeaf{type, envelope::digests_of(object)});
}
Bytes capture_leaf(BytesView header) {
  return envelope::encode(envelope::CaptureLeaf{envelope::digests_of(header)});
}

/// §2.3: the genesis is the archive id; each later roster is signed by the one before and in the register under the
/// witness policy of the one before.
Result<std::vector<roster::SignedRoster>> roster_chain(const MessageProof& proof, const Hash256& archive) {
  std::vector<roster::SignedRoster> rosters;
  rosters.push_back(TRY_IN("genesis", roster::open_genesis(proof.genesis, archive)));
  for (const RegisterLink& link : proof.successors) {
    const std::string place = fmt::format("roster {}", rosters.size());
    roster::SignedRoster next = TRY_IN(place, roster::open_successor(link.object, rosters.back()));
    TRY_IN(place, proven(link.proof, register_leaf(envelope::RegisterType::roster, link.object),
                         rosters.back().roster, LedgerName::register_));
    rosters.push_back(std::move(next));
  }
  return rosters;
}

const roster::Roster* named(const std::vector<roster::SignedRoster>& rosters, const Hash256& hash) {
  for (const roster::SignedRoster& r : rosters)
    if (r.hash == hash) return &r.roster;
  return nullptr;
}

bool may_countersign(const roster::Member& member) {
  using roster::Role;
  return roster::has_role(member, Role::officer) || roster::has_role(member, Role::trustee) ||
         roster::has_role(member, Role::approver);
}

/// §2.6: signed by an officer of the roster it names, a countersigner, and the device itself.
Result<roster::Enrolment> open_enrolment(BytesView object, const std::vector<roster::SignedRoster>& rosters,
                                         const Hash256& archive) {
  const envelope::SignedObject o =
      TRY(envelope::decode_object(object, roster::kEnrolmentLabel, roster::kRegisterObjectBytesMax));
  roster::Enrolment e = TRY(roster::decode_enrolment(o.content));
  const roster::Roster* roster = named(rosters, e.roster);
  if (e.archive != archive || roster == nullptr)
    return fail(ErrorCode::unauthenticated,
                "the enrolment is of another archive or under a roster that is not in the chain");
  const roster::Member* officer = roster::find_member(*roster, e.officer);
  const roster::Member* second = roster::find_member(*roster, e.countersigner);
  if (officer == nullptr || second == nullptr || officer == second ||
      !roster::has_role(*officer, roster::Role::officer) || !may_countersign(*second))
    return fail(ErrorCode::unauthenticated,
                "the enrolment is not by an officer and a second member of its roster");
  TRY(envelope::verify_signer(o, envelope::signer_of(officer->id), officer->signing, SignaturePolicy::both));
  TRY(envelope::verify_signer(o, envelope::signer_of(second->id), second->signing, SignaturePolicy::both));
  TRY(envelope::verify_signer(o, e.device, e.device_key, SignaturePolicy::both));
  return e;
}

/// §2.6: each later key was signed by the one before, by itself and by an officer of the roster it names, and stands in
/// the register. The enrolment comes back with the last of them.
Result<roster::Enrolment> follow_keys(roster::Enrolment enrolment,
                                      const std::vector<RegisterLink>& later_keys,
                                      const std::vector<roster::SignedRoster>& rosters) {
  for (const RegisterLink& link : later_keys) {
    const envelope::SignedObject o = TRY(
        envelope::decode_object(link.object, roster::kDeviceReplacedLabel, roster::kRegisterObjectBytesMax));
    const roster::DeviceReplaced act = TRY(roster::decode_device_replaced(o.content));
    const roster::Roster* roster = named(rosters, act.roster);
    if (act.archive != enrolment.archive || act.device != enrolment.device || roster == nullptr)
      return fail(ErrorCode::unauthenticated,
                  "the new key is of another archive or device, or under a roster that is not in the chain");
    const auto officer = std::ranges::find_if(roster->members, [&](const roster::Member& m) {
      return roster::has_role(m, roster::Role::officer) &&
             std::ranges::any_of(o.signers,
                                 [&](const auto& signer) { return signer.id == envelope::signer_of(m.id); });
    });
    if (officer == roster->members.end())
      return fail(ErrorCode::unauthenticated, "no officer of its roster signed the new key");
    TRY(envelope::verify_signer(o, envelope::signer_of(officer->id), officer->signing,
                                SignaturePolicy::both));
    TRY(envelope::verify_signer(o, act.device, enrolment.device_key, SignaturePolicy::both));
    TRY(envelope::verify_signer(o, roster::signer_of_new(act), act.device_key, SignaturePolicy::both));
    TRY(proven(link.proof, register_leaf(envelope::RegisterType::device_replaced, link.object),
               rosters.back().roster, LedgerName::register_));
    enrolment.device_key = act.device_key;
  }
  return enrolment;
}

/// The device's signed header of this kind.
Result<envelope::SignedHeader> open_header(BytesView bytes, envelope::EntryKind kind,
                                           const roster::Enrolment& enrolment) {
  envelope::SignedHeader header = TRY(envelope::decode_signed_header(bytes));
  if (header.header.kind != kind || header.header.device != enrolment.device)
    return fail(ErrorCode::unauthenticated, "the header is of another kind or device");
  TRY(envelope::verify_header(header, enrolment.device_key));
  return header;
}

/// §3.1: the folder was opened by this device for this archive, under a roster of the chain.
Result<void> check_folder(const envelope::SignedHeader& open, const roster::Enrolment& enrolment,
                          const std::vector<roster::SignedRoster>& rosters, const Hash256& archive) {
  const envelope::OpenPart part = TRY(envelope::decode_open(open.header.part));
  const envelope::Core0 core = TRY(envelope::decode_core(part.core)).core0;
  if (core.archive != archive || named(rosters, core.roster) == nullptr || core.device != enrolment.device ||
      core.device_key != crypto::sha256(enrolment.device_key.ed25519) ||
      core.incarnation != open.header.incarnation)
    return fail(ErrorCode::unauthenticated, "the folder names another archive, roster, device or key");
  return {};
}

Result<void> check_batch(const envelope::SignedHeader& batch, const envelope::SignedHeader& open) {
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
  const auto rosters = TRY(roster_chain(proof, archive));
  const roster::Roster& newest = rosters.back().roster;
  roster::Enrolment enrolment = TRY_IN("enrolment", open_enrolment(proof.enrolment, rosters, archive));
  TRY_IN("enrolment",
         proven(proof.enrolment_proof, register_leaf(envelope::RegisterType::enrolment, proof.enrolment),
                newest, LedgerName::register_));
  enrolment = TRY_IN("later keys", follow_keys(std::move(enrolment), proof.later_keys, rosters));
  const auto open = TRY_IN("folder", open_header(proof.open_header, envelope::EntryKind::open, enrolment));
  TRY_IN("folder", check_folder(open, enrolment, rosters, archive));
  const auto opened = TRY_IN(
      "folder", proven(proof.open_proof, capture_leaf(proof.open_header), newest, LedgerName::capture));
  const auto batch = TRY_IN("batch", open_header(proof.batch_header, envelope::EntryKind::batch, enrolment));
  TRY_IN("batch", check_batch(batch, open));
  const auto logged = TRY_IN(
      "batch", proven(proof.batch_proof, capture_leaf(proof.batch_header), newest, LedgerName::capture));
  if (logged.index <= opened.index)
    return fail(ErrorCode::unauthenticated, "the batch stands before its folder in the ledger");
  TRY_IN("record", verify_record(proof.record, batch));
  ProvenMessage out;
  out.record = TRY_IN("record", record::decode(proof.record.cbor));
  out.device = enrolment.device;
  out.sealed_ms = batch.header.device_time_ms;
  out.leaf = logged.index.value;
  out.witness_time_s = logged.accepted.witness_time.value_or(0);
  out.enrolled_s = enrolment.enrolled_s;
  out.rosters = rosters.size();
  out.later_keys = proof.later_keys.size();
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
