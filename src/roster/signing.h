/// Making the register's objects: whoever may, signs (protocol §2, §5). Library roster_sign, apart so that programs
/// without private keys do not link it.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "roster/device_replaced.h"
#include "roster/drill.h"
#include "roster/invitation.h"
#include "roster/register_objects.h"
#include "roster/restraints.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// A member and its key, borrowed for the call.
struct MemberSigner {
  MemberId id;
  const crypto::SigningKey& key;
};

// Each returns the encoded signed object. Content is the caller's; the register's replay judges it.

Bytes sign_roster(const Roster& roster, const std::vector<MemberSigner>& signers);
/// `object` with one signature more: a genesis goes from one trustee's machine to the next (protocol §2.3). Fails as
/// decode_roster and check do; whether the signer may sign is judged at opening.
Result<Bytes> add_roster_signature(BytesView object, const MemberSigner& signer);
Bytes sign_ledger_opened(const LedgerOpened& act, const std::vector<MemberSigner>& signers);
Bytes sign_lot_key(const LotKey& key, const MemberSigner& trustee);
Bytes sign_invitation(const Invitation& invitation, const crypto::SigningKey& officer);
/// Made in steps on three machines: begin at the device, which adds the invitation's signature, then each member adds
/// its own.
Bytes begin_enrolment(const Enrolment& enrolment, const crypto::SigningKey& device);
Result<Bytes> add_enrolment_signature(BytesView object, const MemberSigner& member);
/// The one-time key of the invitation signs too, under the invitation's id (protocol §2.6).
Result<Bytes> add_invitation_signature(BytesView object, const crypto::SigningKey& one_time);
/// Begun at the device by the key in force and the new one; an officer adds the last signature (protocol §2.6).
Bytes begin_replacement(const DeviceReplaced& act, const crypto::SigningKey& in_force,
                        const crypto::SigningKey& replacement);
Result<Bytes> add_replacement_signature(BytesView object, const MemberSigner& officer);
Bytes sign_reading_request(const ReadingRequest& request, const crypto::SigningKey& reader);
Bytes sign_request_entry(const RequestEntry& entry, const crypto::SigningKey& reader);
Bytes sign_approval(const Approval& approval, const crypto::SigningKey& approver);
Bytes sign_nonce(const Nonce& nonce, const crypto::SigningKey& trustee);
Bytes sign_grant(const Grant& grant, const crypto::SigningKey& trustee);
Bytes sign_receipt(const Receipt& receipt, const crypto::SigningKey& trustee);
Bytes sign_refusal(const Refusal& refusal, const MemberSigner& member);
Bytes sign_revocation(const Revocation& revocation, const crypto::SigningKey& officer);
Bytes sign_stop_order(const StopOrder& order, const crypto::SigningKey& member);
Bytes sign_case_closed(const CaseClosed& closed, const crypto::SigningKey& reader);
Bytes sign_share_check(const ShareCheck& check, const crypto::SigningKey& trustee);
Bytes sign_drill(const Drill& drill, const crypto::SigningKey& reader);
Bytes sign_directory(const SealedDirectory& directory, const crypto::SigningKey& officer);

}  // namespace strongroom::roster
