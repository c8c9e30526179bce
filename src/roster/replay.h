/// Replaying the register: the one state machine that server, devices, trustees, readers and auditors run over the
/// register's leaves in order (protocol §2.1). It believes nothing but signatures, the genesis hash and the order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/leaf.h"
#include "ledger/tree.h"
#include "roster/device_replaced.h"
#include "roster/drill.h"
#include "roster/invitation.h"
#include "roster/register_objects.h"
#include "roster/restraints.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// When a device's key was revoked, and what the capture ledger held then.
struct Revoked {
  std::uint64_t leaf = 0;
  /// Size of the capture ledger in the last cross leaf before: the device's entries from here on are quarantined.
  std::uint64_t capture_size = 0;
};
/// A later key of a device (protocol §2.6).
struct LaterKey {
  DeviceReplaced act;
  std::uint64_t leaf = 0;
  /// Size of the capture ledger in the last cross leaf before: the device's entries from here on bear this key.
  std::uint64_t capture_size = 0;
};
struct EnrolledDevice {
  Enrolment enrolment;  ///< with the first key and pin
  std::uint64_t leaf = 0;
  std::optional<Revoked> revoked;
  std::vector<LaterKey> later_keys;  ///< in the order of the register
  /// The key in force now.
  const crypto::SigningPublic& key() const {
    return later_keys.empty() ? enrolment.device_key : later_keys.back().act.device_key;
  }
  /// The key that signs the device's entry at this capture leaf.
  const crypto::SigningPublic& key_at(std::uint64_t capture_leaf) const;
  /// Whether the device's entry at this capture leaf is quarantined.
  bool quarantines(std::uint64_t capture_leaf) const {
    return revoked && capture_leaf >= revoked->capture_size;
  }
};
struct SeenLotKey {
  LotKey key;
  MemberId member = 0;  ///< who held the position and signed
  std::uint64_t leaf = 0;
};
struct SeenRequest {
  RequestEntry entry;
  std::uint64_t leaf = 0;
  std::vector<std::pair<std::uint64_t, Approval>> approvals;  ///< leaf index, approval
  std::vector<std::pair<std::uint64_t, Receipt>> receipts;
  std::optional<std::uint64_t> closed;  ///< leaf at which its reader closed the case
};
struct SeenStop {
  StopOrder order;
  std::uint64_t leaf = 0;
};
struct SeenDrill {
  Drill drill;
  std::uint64_t leaf = 0;
};
/// A cross leaf: the capture ledger's cosigned checkpoint as the register took it.
struct SeenCross {
  std::uint64_t leaf = 0;
  std::string checkpoint;
  envelope::TreeHead capture_head;
  std::uint64_t witness_time_s = 0;  ///< lower median of the quorum's cosignature times
};
/// Something in the register that does not hold; named for reports. Replay goes on without it.
struct Finding {
  std::uint64_t leaf = 0;
  Error error;
};

/// The register's state after the leaves applied so far.
class RegisterState {
 public:
  /// `archive` comes from an invitation or the genesis ceremony.
  explicit RegisterState(const Hash256& archive) : archive_(archive), roots_{ledger::empty_root()} {}

  /// Applies leaf number `applied()`; `object` is the object its digests name (empty for cross leaves).
  /// Fails (`corrupt`) only if object and leaf do not match, and then changes nothing; an object that breaks a
  /// rule becomes a Finding and changes nothing but the tree.
  Result<void> apply(BytesView leaf, BytesView object);
  std::uint64_t applied() const { return applied_; }
  /// The register's root over the first `size` leaves applied; null if there were never so many.
  const Hash256* root_at(std::uint64_t size) const { return size < roots_.size() ? &roots_[size] : nullptr; }
  envelope::TreeHead head() const { return {applied_, roots_.back()}; }
  /// The latest witness time of the cross leaves, in seconds; 0 before the first. It is at least so late now.
  std::uint64_t witness_time_s() const { return witness_time_s_; }

  const Hash256& archive() const { return archive_; }
  /// Null until the genesis has been applied.
  const SignedRoster* current_roster() const { return rosters_.empty() ? nullptr : &rosters_.back(); }
  const SignedRoster* roster_by_hash(const Hash256& hash) const;
  /// Every roster so far, the genesis first.
  const std::vector<SignedRoster>& rosters() const { return rosters_; }
  const std::map<envelope::DeviceId, EnrolledDevice>& devices() const { return devices_; }
  const EnrolledDevice* device_by_pin(const Hash256& tls_pin) const;
  /// By id, spent and expired ones too.
  const std::map<ByteArray<16>, Invitation>& invitations() const { return invitations_; }
  /// The invitation with this one-time TLS pin that no device has spent; whether it has expired is the caller's to see.
  const Invitation* unspent_invitation_by_pin(const Hash256& tls_pin) const;
  /// The keys of a lot under a roster's quorums (the current one's, if none is named); complete only if every position
  /// has one. Of each position the first key counts for ever, so that a complete set never changes.
  LotKeySet lot_keys(const envelope::Lot& lot) const;
  LotKeySet lot_keys(const envelope::Lot& lot, const Roster& roster) const;
  bool complete(const LotKeySet& set) const;
  /// The lot with the latest expiry month for which this class has a complete set: what a device seals under, with
  /// an alarm, when the lot it wants has none (protocol §2.5).
  std::optional<envelope::Lot> latest_complete_lot(std::uint32_t retention_class) const;
  std::optional<envelope::Lot> latest_complete_lot(std::uint32_t retention_class, const Roster& roster) const;
  const std::vector<SeenLotKey>& all_lot_keys() const { return lot_keys_; }
  const std::map<Hash256, SeenRequest>& requests() const { return requests_; }
  /// The stop order that forbids granting this request at this time; null if none does.
  const SeenStop* stop_of(const Hash256& commitment, std::uint64_t at_s) const;
  /// Statements of trustees on shares that devices dealt: (leaf, statement).
  const std::vector<std::pair<std::uint64_t, ShareCheck>>& share_checks() const { return share_checks_; }
  const std::vector<SeenDrill>& drills() const { return drills_; }
  const std::vector<SeenCross>& cross_leaves() const { return crosses_; }
  /// Index of a nonce leaf.
  std::optional<std::uint64_t> nonce_leaf(const ByteArray<32>& value) const;
  const std::vector<Finding>& findings() const { return findings_; }
  /// Sealed directory copies: (leaf, object).
  const std::vector<std::pair<std::uint64_t, Bytes>>& directories() const { return directories_; }

 private:
  Result<void> take(envelope::RegisterType type, BytesView object);
  Result<void> take_cross(const std::string& checkpoint);
  Result<void> take_roster(BytesView object);
  Result<void> take_ledger_opened(BytesView object);
  Result<void> take_lot_key(BytesView object);
  Result<void> take_invitation(BytesView object);
  Result<void> take_enrolment(BytesView object);
  Result<void> take_request(BytesView object);
  Result<void> take_approval(BytesView object);
  Result<void> take_nonce(BytesView object);
  Result<void> take_receipt(BytesView object);
  Result<void> take_refusal(BytesView object);
  Result<void> take_device_replaced(BytesView object);
  Result<void> take_revocation(BytesView object);
  Result<void> take_stop_order(BytesView object);
  Result<void> take_case_closed(BytesView object);
  Result<void> take_share_check(BytesView object);
  Result<void> take_drill(BytesView object);
  Result<void> take_directory(BytesView object);

  Result<void> check_archive(const Hash256& archive) const;
  Result<void> check_in_force(const Hash256& archive, const Hash256& roster) const;
  Result<void> check_not_expired(std::uint64_t at_s) const;
  Result<const Member*> acting(MemberId id, Role role, std::uint64_t at_s) const;
  Result<const Member*> countersigner_of(MemberId officer, MemberId countersigner, std::uint64_t at_s) const;
  Result<void> check_terms(const std::vector<std::uint32_t>& classes, std::uint64_t heartbeat_s) const;
  Result<void> check_free_pin(const Hash256& tls_pin) const;
  Result<void> check_new_keys(const crypto::SigningPublic& key, const Hash256& tls_pin) const;
  Result<void> check_new_device(const Enrolment& enrolment) const;
  Result<void> check_invited(const Enrolment& enrolment, const Invitation& invitation) const;
  Result<void> check_open(const SeenRequest& request) const;
  Result<void> check_drilled(const DrilledFolder& folder, const SeenRequest& request) const;
  bool in_force(const SeenStop& stop, const Hash256& commitment, std::uint64_t at_s) const;
  Result<void> check_not_stopped(const Receipt& receipt) const;
  Result<void> check_receipt_heads(const Receipt& receipt, const SeenRequest& request) const;

  Hash256 archive_;
  std::uint64_t applied_ = 0;
  ledger::CompactTree tree_;
  std::vector<Hash256> roots_;  ///< roots_[n] = root of the first n leaves
  std::vector<SignedRoster> rosters_;
  std::optional<LedgerOpened> opened_;
  std::map<ByteArray<16>, Invitation> invitations_;
  std::map<envelope::DeviceId, EnrolledDevice> devices_;
  std::map<Hash256, envelope::DeviceId> device_pins_;  ///< pins in force of devices_, asked at every request
  std::vector<SeenLotKey> lot_keys_;
  std::map<envelope::Lot, std::vector<std::size_t>> lot_index_;
  std::map<Hash256, SeenRequest> requests_;  ///< by commitment
  std::vector<SeenStop> stops_;
  std::vector<std::pair<std::uint64_t, ShareCheck>> share_checks_;
  std::vector<SeenDrill> drills_;
  std::vector<SeenCross> crosses_;
  std::uint64_t witness_time_s_ = 0;
  std::map<ByteArray<32>, std::uint64_t> nonces_;
  std::vector<std::pair<std::uint64_t, Bytes>> directories_;
  std::vector<Finding> findings_;
};

}  // namespace strongroom::roster
