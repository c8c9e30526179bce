// What each kind of entry must satisfy (docs/formats/register.md, "Rules"). A rule that is broken becomes a finding.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/note.h"
#include "roster/encoding.h"
#include "roster/replay.h"
#include "roster/request.h"
#include "roster/signed_entry.h"

namespace strongroom::roster {
namespace {

using crypto::SignaturePolicy;

constexpr std::uint64_t kHeartbeatSecondsMin = 60;
constexpr std::uint64_t kHeartbeatSecondsMax = 31 * 86400;

std::size_t officers_of(const Roster& roster) {
  return static_cast<std::size_t>(
      std::ranges::count_if(roster.members, [](const Member& m) { return has_role(m, Role::officer); }));
}

/// k of the governing quorum signed, and nobody else.
Result<void> signed_by_quorum(const envelope::SignedObject& object, const Roster& roster) {
  const Quorum& governing = roster.quorums.front();
  std::vector<ExpectedSigner> signers;
  for (const MemberId id : governing.positions) {
    const Bytes signer = envelope::signer_of(id);
    if (std::ranges::any_of(object.signers, [&](const auto& s) { return s.id == signer; }))
      signers.push_back({signer, &find_member(roster, id)->signing, SignaturePolicy::both});
  }
  if (signers.size() < governing.k)
    return fail(ErrorCode::unauthenticated, "neither an officer nor the governing quorum signed this");
  return signed_by(object, signers);
}

}  // namespace

Result<void> RegisterState::take_ledger_opened(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kLedgerOpenedLabel));
  const LedgerOpened act = TRY(decode_ledger_opened(o.content));
  const Roster& roster = rosters_.back().roster;
  TRY(check_archive(act.archive));
  TRY(check_not_expired(act.opened_s));
  if (opened_) return fail(ErrorCode::conflict, "the ledgers were opened before");
  if (act.register_origin != TRY(ledger::parse_vkey(roster.register_vkey)).name ||
      act.capture_origin != TRY(ledger::parse_vkey(roster.capture_vkey)).name)
    return fail(ErrorCode::conflict, "the ledgers opened are not those of the roster");
  const Member* officer = nullptr;
  for (const Member& m : roster.members) {
    const bool signs = o.signers.size() == 1 && o.signers.front().id == envelope::signer_of(m.id);
    if (signs && has_role(m, Role::officer)) officer = &m;
  }
  if (officer != nullptr) {
    TRY(acting(officer->id, Role::officer, act.opened_s));
    TRY(signed_by(o, *officer, SignaturePolicy::both));
  } else {
    TRY(signed_by_quorum(o, roster));
  }
  opened_ = act;
  return {};
}

/// Protocol §2.5. Not held against the roster's expiry: sealing never stops.
Result<void> RegisterState::take_lot_key(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kLotKeyLabel));
  const LotKey key = TRY(decode_lot_key(o.content));
  TRY(check_in_force(key.archive, key.roster));
  const Roster& roster = rosters_.back().roster;
  const Quorum* quorum = find_quorum(roster, key.quorum);
  if (quorum == nullptr || key.position >= quorum->positions.size())
    return fail(ErrorCode::refused, "the lot key is for a position that is not on the roster");
  if (key.lot.kind == envelope::LotKind::retention && find_class(roster, key.lot.retention_class) == nullptr)
    return fail(ErrorCode::refused, "the lot key is for a class that is not on the roster");
  const Member* trustee = TRY(acting(quorum->positions[key.position], Role::trustee, key.issued_s));
  TRY(signed_by(o, *trustee, SignaturePolicy::both));
  auto& of_lot = lot_index_[key.lot];
  for (const std::size_t i : of_lot) {
    const SeenLotKey& seen = lot_keys_[i];
    if (seen.key.quorum == key.quorum && seen.key.position == key.position && seen.member == trustee->id)
      return fail(
          ErrorCode::conflict,
          fmt::format("EQUIVOCATION: member {} published a second key for {} (quorum {}, position {}); the "
                      "first, leaf {}, stays",
                      trustee->id, envelope::to_string(key.lot), key.quorum, key.position, seen.leaf));
    if (seen.key.public_key == key.public_key)
      return fail(ErrorCode::conflict, fmt::format("the key is that of leaf {} already", seen.leaf));
  }
  of_lot.push_back(lot_keys_.size());
  lot_keys_.push_back({key, trustee->id, applied_});
  return {};
}

/// A second officer; where the roster has one officer only, a trustee or approver.
Result<const Member*> RegisterState::countersigner_of(MemberId officer, MemberId countersigner,
                                                      std::uint64_t at_s) const {
  if (countersigner == officer) return fail(ErrorCode::refused, "the officer countersigns its own enrolment");
  if (auto second = acting(countersigner, Role::officer, at_s)) return second;
  if (officers_of(rosters_.back().roster) > 1)
    return fail(ErrorCode::refused, "the countersigner is not a second officer");
  if (auto trustee = acting(countersigner, Role::trustee, at_s)) return trustee;
  return acting(countersigner, Role::approver, at_s);
}

Result<void> RegisterState::check_terms(const std::vector<std::uint32_t>& classes,
                                        std::uint64_t heartbeat_s) const {
  if (classes.empty()) return fail(ErrorCode::refused, "the device may use no class");
  for (const std::uint32_t id : classes) {
    if (find_class(rosters_.back().roster, id) == nullptr)
      return fail(ErrorCode::refused, fmt::format("class {} is not on the roster", id));
  }
  if (heartbeat_s < kHeartbeatSecondsMin || heartbeat_s > kHeartbeatSecondsMax)
    return fail(ErrorCode::refused, "the heartbeat interval is below a minute or above 31 days");
  return {};
}

Result<void> RegisterState::check_free_pin(const Hash256& tls_pin) const {
  const Roster& roster = rosters_.back().roster;
  if (find_member_by_pin(roster, tls_pin) != nullptr || std::ranges::count(roster.server_pins, tls_pin) > 0)
    return fail(ErrorCode::conflict, "the TLS pin is a member's or the server's");
  if (const EnrolledDevice* device = device_by_pin(tls_pin))
    return fail(ErrorCode::conflict, fmt::format("the TLS pin was enrolled at leaf {}", device->leaf));
  for (const auto& [id, invitation] : invitations_) {
    if (invitation.tls_pin == tls_pin)
      return fail(ErrorCode::conflict, "the TLS pin is that of an invitation");
  }
  return {};
}

/// Protocol §2.6: the server learns the public half of a one-time key pair, from an officer.
Result<void> RegisterState::take_invitation(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kInvitationLabel));
  const Invitation i = TRY(decode_invitation(o.content));
  TRY(check_in_force(i.archive, i.roster));
  TRY(check_not_expired(i.issued_s));
  const Member* officer = TRY(acting(i.officer, Role::officer, i.issued_s));
  TRY(signed_by(o, *officer, SignaturePolicy::both));
  TRY(countersigner_of(i.officer, i.countersigner, i.issued_s));
  TRY(check_terms(i.classes, i.heartbeat_s));
  TRY(check_free_pin(i.tls_pin));
  if (!encoding::ascending(i.classes))
    return fail(ErrorCode::malformed, "the classes repeat or are out of order");
  if (i.expires_s <= i.issued_s)
    return fail(ErrorCode::malformed, "the invitation has expired when it is issued");
  if (!invitations_.emplace(i.id, i).second)
    return fail(ErrorCode::conflict, "there is an invitation of that id");
  return {};
}

Result<void> RegisterState::check_new_device(const Enrolment& e) const {
  TRY(check_terms(e.classes, e.heartbeat_s));
  TRY(check_new_keys(e.device_key, e.tls_pin));
  for (const auto& [id, known] : devices_) {
    if (id == e.device)
      return fail(ErrorCode::conflict, fmt::format("the pseudonym was enrolled at leaf {}", known.leaf));
    if (known.enrolment.invitation == e.invitation)
      return fail(ErrorCode::conflict, fmt::format("the invitation was used at leaf {}", known.leaf));
  }
  return {};
}

/// What the invitation granted, and in its time.
Result<void> RegisterState::check_invited(const Enrolment& e, const Invitation& i) const {
  if (std::max(e.enrolled_s, witness_time_s_) > i.expires_s)
    return fail(ErrorCode::refused, "the invitation has expired", {}, "let an officer make a new one");
  if (e.classes != i.classes || e.heartbeat_s != i.heartbeat_s || e.officer != i.officer ||
      e.countersigner != i.countersigner)
    return fail(ErrorCode::refused, "the enrolment is not on the terms of its invitation");
  return {};
}

/// Protocol §2.6: the officer, the countersigner, the device, and the one-time key of the invitation.
Result<void> RegisterState::take_enrolment(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kEnrolmentLabel));
  const Enrolment e = TRY(decode_enrolment(o.content));
  TRY(check_in_force(e.archive, e.roster));
  TRY(check_not_expired(e.enrolled_s));
  const Member* officer = TRY(acting(e.officer, Role::officer, e.enrolled_s));
  const Member* second = TRY(countersigner_of(e.officer, e.countersigner, e.enrolled_s));
  TRY(check_new_device(e));
  const auto invited = invitations_.find(e.invitation);
  if (invited == invitations_.end())
    return fail(ErrorCode::refused, "the enrolment names an invitation that is not in the register");
  TRY(check_invited(e, invited->second));
  crypto::SigningPublic one_time;
  one_time.ed25519 = invited->second.key;
  TRY(signed_by(o, {{envelope::signer_of(officer->id), &officer->signing, SignaturePolicy::both},
                    {envelope::signer_of(second->id), &second->signing, SignaturePolicy::both},
                    {copy_of(e.device), &e.device_key, SignaturePolicy::both},
                    {copy_of(e.invitation), &one_time, SignaturePolicy::ed25519_only}}));
  devices_.emplace(e.device, EnrolledDevice{e, applied_, {}, {}});
  device_pins_.emplace(e.tls_pin, e.device);
  return {};
}

/// Protocol §5.1.
Result<void> RegisterState::take_request(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kRequestLabel));
  const RequestEntry e = TRY(decode_request_entry(o.content));
  TRY(check_archive(e.archive));
  TRY(check_not_expired(e.asked_s));
  const Member* reader = TRY(acting(e.reader, Role::reader, e.asked_s));
  TRY(signed_by(o, *reader, SignaturePolicy::both));
  const std::vector<MemberId> wanted = request_recipients(rosters_.back().roster);
  if (!std::ranges::equal(wanted, e.copies, {}, {}, &std::pair<MemberId, Hash256>::first))
    return fail(ErrorCode::refused,
                "the request does not go to exactly the trustees, approvers and auditors");
  if (requests_.contains(e.commitment))
    return fail(ErrorCode::conflict, "the request is in the register already");
  requests_.emplace(e.commitment, SeenRequest{e, applied_, {}, {}, {}});
  return {};
}

/// Protocol §5.2.
Result<void> RegisterState::take_approval(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kApprovalLabel));
  const Approval a = TRY(decode_approval(o.content));
  TRY(check_in_force(a.archive, a.roster));
  TRY(check_not_expired(a.approved_s));
  const auto request = requests_.find(a.commitment);
  if (request == requests_.end() || request->second.leaf != a.request_leaf)
    return fail(ErrorCode::not_found,
                "the approval is for a request that does not stand at the leaf it names");
  TRY(check_open(request->second));
  const Member* approver = TRY(acting(a.approver, Role::approver, a.approved_s));
  if (approver->id == request->second.entry.reader)
    return fail(ErrorCode::refused, "the reader approved its own request");
  TRY(signed_by(o, *approver, SignaturePolicy::both));
  for (const auto& [leaf, earlier] : request->second.approvals) {
    if (earlier.approver == a.approver)
      return fail(ErrorCode::conflict,
                  fmt::format("member {} approved this at leaf {} already", a.approver, leaf));
  }
  request->second.approvals.emplace_back(applied_, a);
  return {};
}

Result<void> RegisterState::take_nonce(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kNonceLabel));
  const Nonce n = TRY(decode_nonce(o.content));
  const Member* trustee = find_member(rosters_.back().roster, n.member);
  if (trustee == nullptr || !has_role(*trustee, Role::trustee))
    return fail(ErrorCode::refused, fmt::format("member {} is not on the roster as trustee", n.member));
  TRY(signed_by(o, *trustee, SignaturePolicy::ed25519_only));
  if (!nonces_.emplace(n.value, applied_).second)
    return fail(ErrorCode::conflict, "the nonce was used before");
  return {};
}

/// Protocol §5.3, §5.4: the register acted on is this one, it held the request and an approval, and the capture
/// ledger acted on does not contradict a cross leaf.
Result<void> RegisterState::check_receipt_heads(const Receipt& c, const SeenRequest& request) const {
  const Hash256* root = c.register_head.size <= applied_ ? root_at(c.register_head.size) : nullptr;
  if (root == nullptr || *root != c.register_head.root)
    return fail(ErrorCode::conflict,
                "the receipt names a register checkpoint that is not of this register: one of the "
                "two was forked");
  const bool approved = std::ranges::any_of(
      request.approvals, [&](const auto& approval) { return approval.first < c.register_head.size; });
  if (c.register_head.size <= request.leaf || !approved)
    return fail(ErrorCode::refused, "the trustee granted before an approval was in the register");
  for (const SeenCross& cross : crosses_) {
    if (cross.capture_head.size == c.capture_head.size && cross.capture_head.root != c.capture_head.root)
      return fail(ErrorCode::conflict,
                  "the receipt and a cross leaf name different capture ledgers of one size");
  }
  return {};
}

Result<void> RegisterState::take_receipt(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kReceiptLabel));
  const Receipt c = TRY(decode_receipt(o.content));
  TRY(check_archive(c.archive));
  TRY(check_not_expired(c.granted_s));
  const Member* trustee = TRY(acting(c.trustee, Role::trustee, c.granted_s));
  TRY(signed_by(o, *trustee, SignaturePolicy::both));
  const auto request = requests_.find(c.commitment);
  if (request == requests_.end())
    return fail(ErrorCode::not_found, "the receipt is for a request that is not in the register");
  TRY(check_open(request->second));
  TRY(check_receipt_heads(c, request->second));
  TRY(check_not_stopped(c));
  request->second.receipts.emplace_back(applied_, c);
  return {};
}

/// The server's own refusals are unsigned; a member's are signed.
Result<void> RegisterState::take_refusal(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kRefusalLabel));
  TRY(decode_refusal(o.content));
  if (o.signers.empty()) return {};
  for (const Member& m : rosters_.back().roster.members) {
    if (o.signers.front().id == envelope::signer_of(m.id))
      return signed_by(o, m, SignaturePolicy::ed25519_only);
  }
  return fail(ErrorCode::unauthenticated, "the refusal is signed by somebody who is not on the roster");
}

/// Protocol §2.6: names go to readers, officers and trustees, and to nobody else.
Result<void> RegisterState::take_directory(BytesView object) {
  const envelope::SignedObject o = TRY(envelope::decode_object(object, kDirectoryLabel, kDirectoryBytesMax));
  const SealedDirectory d = TRY(decode_sealed_directory(o.content));
  TRY(check_in_force(d.archive, d.roster));
  const Member* officer = TRY(acting(d.officer, Role::officer, d.issued_s));
  TRY(signed_by(o, *officer, SignaturePolicy::both));
  for (const auto& [id, sealed] : d.copies) {
    const Member* to = find_member(rosters_.back().roster, id);
    const bool may = to != nullptr && (has_role(*to, Role::reader) || has_role(*to, Role::officer) ||
                                       has_role(*to, Role::trustee));
    if (!may) return fail(ErrorCode::refused, fmt::format("member {} may not hold the directory", id));
  }
  directories_.emplace_back(applied_, copy_of(object));
  return {};
}

}  // namespace strongroom::roster
