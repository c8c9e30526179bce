#include "roster/signing.h"

#include "envelope/object_sign.h"

namespace strongroom::roster {
namespace {

using crypto::SignaturePolicy;

envelope::SignedObject unsigned_object(std::string_view label, Bytes content) {
  envelope::SignedObject object;
  object.label = label;
  object.content = std::move(content);
  return object;
}

Bytes sign_by(std::string_view label, Bytes content, const std::vector<MemberSigner>& signers,
              SignaturePolicy policy) {
  envelope::SignedObject object = unsigned_object(label, std::move(content));
  for (const MemberSigner& signer : signers)
    envelope::add_signature(object, envelope::signer_of(signer.id), signer.key, policy);
  return envelope::encode(object);
}

/// Another member's signatures on what others have begun to sign; `decode` says whether it may be signed at all.
template <typename Act>
Result<Bytes> add_member(BytesView bytes, std::string_view label, Result<Act> (*decode)(BytesView),
                         const MemberSigner& member) {
  envelope::SignedObject object = TRY(envelope::decode_object(bytes, label, kRegisterObjectBytesMax));
  TRY(decode(object.content));
  envelope::add_signature(object, envelope::signer_of(member.id), member.key, SignaturePolicy::both);
  return envelope::encode(object);
}

}  // namespace

Bytes sign_roster(const Roster& roster, const std::vector<MemberSigner>& signers) {
  return sign_by(kRosterLabel, encode(roster), signers, SignaturePolicy::both);
}

Result<Bytes> add_roster_signature(BytesView bytes, const MemberSigner& signer) {
  envelope::SignedObject object = TRY(envelope::decode_object(bytes, kRosterLabel, kRosterBytesMax));
  TRY(check(TRY(decode_roster(object.content))));
  envelope::add_signature(object, envelope::signer_of(signer.id), signer.key, SignaturePolicy::both);
  return envelope::encode(object);
}

Bytes sign_ledger_opened(const LedgerOpened& act, const std::vector<MemberSigner>& signers) {
  return sign_by(kLedgerOpenedLabel, encode(act), signers, SignaturePolicy::both);
}

Bytes sign_lot_key(const LotKey& key, const MemberSigner& trustee) {
  return sign_by(kLotKeyLabel, encode(key), {trustee}, SignaturePolicy::both);
}

Bytes begin_enrolment(const Enrolment& enrolment, const crypto::SigningKey& device) {
  envelope::SignedObject object = unsigned_object(kEnrolmentLabel, encode(enrolment));
  envelope::add_signature(object, enrolment.device, device, SignaturePolicy::both);
  return envelope::encode(object);
}

Result<Bytes> add_enrolment_signature(BytesView bytes, const MemberSigner& member) {
  return add_member(bytes, kEnrolmentLabel, decode_enrolment, member);
}

Result<Bytes> add_invitation_signature(BytesView bytes, const crypto::SigningKey& one_time) {
  envelope::SignedObject object =
      TRY(envelope::decode_object(bytes, kEnrolmentLabel, kRegisterObjectBytesMax));
  const Enrolment enrolment = TRY(decode_enrolment(object.content));
  envelope::add_signature(object, enrolment.invitation, one_time, SignaturePolicy::ed25519_only);
  return envelope::encode(object);
}

Bytes sign_invitation(const Invitation& invitation, const crypto::SigningKey& officer) {
  return sign_by(kInvitationLabel, encode(invitation), {{invitation.officer, officer}},
                 SignaturePolicy::both);
}

Bytes begin_replacement(const DeviceReplaced& act, const crypto::SigningKey& in_force,
                        const crypto::SigningKey& replacement) {
  envelope::SignedObject object = unsigned_object(kDeviceReplacedLabel, encode(act));
  envelope::add_signature(object, act.device, in_force, SignaturePolicy::both);
  envelope::add_signature(object, signer_of_new(act), replacement, SignaturePolicy::both);
  return envelope::encode(object);
}

Result<Bytes> add_replacement_signature(BytesView bytes, const MemberSigner& officer) {
  return add_member(bytes, kDeviceReplacedLabel, decode_device_replaced, officer);
}

Bytes sign_reading_request(const ReadingRequest& request, const crypto::SigningKey& reader) {
  return sign_by(kReadingRequestLabel, encode(request), {{request.reader, reader}}, SignaturePolicy::both);
}
Bytes sign_request_entry(const RequestEntry& entry, const crypto::SigningKey& reader) {
  return sign_by(kRequestLabel, encode(entry), {{entry.reader, reader}}, SignaturePolicy::both);
}
Bytes sign_approval(const Approval& approval, const crypto::SigningKey& approver) {
  return sign_by(kApprovalLabel, encode(approval), {{approval.approver, approver}}, SignaturePolicy::both);
}
Bytes sign_nonce(const Nonce& nonce, const crypto::SigningKey& trustee) {
  return sign_by(kNonceLabel, encode(nonce), {{nonce.member, trustee}}, SignaturePolicy::ed25519_only);
}
Bytes sign_grant(const Grant& grant, const crypto::SigningKey& trustee) {
  return sign_by(kGrantLabel, encode(grant), {{grant.trustee, trustee}}, SignaturePolicy::ed25519_only);
}
Bytes sign_receipt(const Receipt& receipt, const crypto::SigningKey& trustee) {
  return sign_by(kReceiptLabel, encode(receipt), {{receipt.trustee, trustee}}, SignaturePolicy::both);
}
Bytes sign_refusal(const Refusal& refusal, const MemberSigner& member) {
  return sign_by(kRefusalLabel, encode(refusal), {member}, SignaturePolicy::ed25519_only);
}
Bytes sign_revocation(const Revocation& revocation, const crypto::SigningKey& officer) {
  return sign_by(kRevocationLabel, encode(revocation), {{revocation.officer, officer}},
                 SignaturePolicy::both);
}
Bytes sign_stop_order(const StopOrder& order, const crypto::SigningKey& member) {
  return sign_by(kStopOrderLabel, encode(order), {{order.member, member}}, SignaturePolicy::both);
}
Bytes sign_case_closed(const CaseClosed& closed, const crypto::SigningKey& reader) {
  return sign_by(kCaseClosedLabel, encode(closed), {{closed.reader, reader}}, SignaturePolicy::both);
}
Bytes sign_share_check(const ShareCheck& check, const crypto::SigningKey& trustee) {
  return sign_by(kShareCheckLabel, encode(check), {{check.trustee, trustee}}, SignaturePolicy::both);
}
Bytes sign_drill(const Drill& drill, const crypto::SigningKey& reader) {
  return sign_by(kDrillLabel, encode(drill), {{drill.reader, reader}}, SignaturePolicy::both);
}
Bytes sign_directory(const SealedDirectory& directory, const crypto::SigningKey& officer) {
  return sign_by(kDirectoryLabel, encode(directory), {{directory.officer, officer}}, SignaturePolicy::both);
}

}  // namespace strongroom::roster
