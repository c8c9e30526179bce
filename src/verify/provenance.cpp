// The links from the archive id down to a device and its headers (docs/formats/package.md).
#include "verify/provenance.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/hash.h"
#include "envelope/leaf.h"
#include "envelope/object.h"
#include "roster/device_replaced.h"
#include "verify/register_reading.h"

namespace strongroom::verify {
namespace {

using crypto::SignaturePolicy;

constexpr std::size_t kObjectBytesMax = 4u << 20, kLinksMax = 1024;

void put_links(cbor::Writer& w, const std::vector<RegisterLink>& links) {
  w.array(links.size());
  for (const RegisterLink& link : links) w.array(2).bytes(link.object).text(link.proof);
}
Result<std::vector<RegisterLink>> get_links(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kLinksMax) return r.error(ErrorCode::limit_exceeded, "too many rosters or keys");
  std::vector<RegisterLink> links;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    RegisterLink link;
    link.object = TRY(get_bytes(r, kObjectBytesMax));
    link.proof = TRY(get_proof(r));
    links.push_back(std::move(link));
  }
  return links;
}

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

/// §2.3: the genesis is the archive id; each later roster is signed by the one before and in the register under the
/// witness policy of the one before.
Result<std::vector<roster::SignedRoster>> roster_chain(const Provenance& proof, const Hash256& archive) {
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

const roster::Roster* named_in(const std::vector<roster::SignedRoster>& rosters, const Hash256& hash) {
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
  const roster::Roster* roster = named_in(rosters, e.roster);
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
    const roster::Roster* roster = named_in(rosters, act.roster);
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

}  // namespace

Result<Bytes> get_bytes(cbor::Reader& r, std::size_t bytes_max) {
  const BytesView bytes = TRY(r.bytes());
  if (bytes.size() > bytes_max)
    return r.error(ErrorCode::limit_exceeded, "a part is larger than its kind may be");
  return copy_of(bytes);
}
Result<std::string> get_proof(cbor::Reader& r) {
  const std::string_view text = TRY(r.text());
  if (text.size() > ledger::kTlogProofBytesMax)
    return r.error(ErrorCode::limit_exceeded, "a tlog-proof is too long");
  return std::string(text);
}

Result<BytesView> after_version(BytesView bytes, std::size_t bytes_max) {
  if (bytes.size() > bytes_max) return fail(ErrorCode::limit_exceeded, "the file is too large");
  if (bytes.empty()) return fail(ErrorCode::malformed, "the file is empty");
  if (bytes.front() != envelope::kSuiteVersion)
    return fail(ErrorCode::unsupported, "the file is of a version that this program does not know", {},
                "use a newer program");
  return bytes.subspan(1);
}

Bytes with_version(Bytes cbor) {
  cbor.insert(cbor.begin(), envelope::kSuiteVersion);
  return cbor;
}

void put_provenance(cbor::Writer& w, const Provenance& p) {
  w.bytes(p.enrolment.object).text(p.enrolment.proof).bytes(p.genesis);
  put_links(w, p.successors);
  put_links(w, p.later_keys);
}

Result<Provenance> get_provenance(cbor::Reader& r) {
  Provenance p;
  p.enrolment.object = TRY(get_bytes(r, kObjectBytesMax));
  p.enrolment.proof = TRY(get_proof(r));
  p.genesis = TRY(get_bytes(r, kObjectBytesMax));
  p.successors = TRY(get_links(r));
  p.later_keys = TRY(get_links(r));
  return p;
}

Result<KnownDevice> follow(const Provenance& provenance, const Hash256& archive) {
  KnownDevice known;
  known.rosters = TRY(roster_chain(provenance, archive));
  known.enrolment = TRY_IN("enrolment", open_enrolment(provenance.enrolment.object, known.rosters, archive));
  TRY_IN("enrolment", proven(provenance.enrolment.proof,
                             register_leaf(envelope::RegisterType::enrolment, provenance.enrolment.object),
                             known.rosters.back().roster, LedgerName::register_));
  known.enrolment =
      TRY_IN("later keys", follow_keys(std::move(known.enrolment), provenance.later_keys, known.rosters));
  return known;
}

const roster::Roster* named(const KnownDevice& known, const Hash256& roster) {
  return named_in(known.rosters, roster);
}

Result<LoggedHeader> open_logged(BytesView bytes, const std::string& proof, const KnownDevice& device) {
  LoggedHeader out{TRY(envelope::decode_signed_header(bytes)), 0, 0};
  if (out.header.header.device != device.enrolment.device)
    return fail(ErrorCode::unauthenticated, "the header is of another device");
  TRY(envelope::verify_header(out.header, device.enrolment.device_key));
  const Bytes leaf = envelope::encode(envelope::CaptureLeaf{envelope::digests_of(bytes)});
  const auto at = TRY(proven(proof, leaf, device.rosters.back().roster, LedgerName::capture));
  out.leaf = at.index.value;
  out.witness_time_s = at.accepted.witness_time.value_or(0);
  return out;
}

Result<envelope::Core> open_folder_core(const LoggedHeader& opening, const KnownDevice& device) {
  const envelope::Header& header = opening.header.header;
  if (header.kind != envelope::EntryKind::open)
    return fail(ErrorCode::unauthenticated, "the header opens no folder");
  const envelope::OpenPart part = TRY(envelope::decode_open(header.part));
  envelope::Core core = TRY(envelope::decode_core(part.core));
  const envelope::Core0& core0 = core.core0;
  if (core0.archive != device.enrolment.archive || named(device, core0.roster) == nullptr ||
      core0.device != device.enrolment.device ||
      core0.device_key != crypto::sha256(device.enrolment.device_key.ed25519) ||
      core0.incarnation != header.incarnation)
    return fail(ErrorCode::unauthenticated, "the folder names another archive, roster, device or key");
  return core;
}

}  // namespace strongroom::verify
