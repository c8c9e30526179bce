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
#include "roster/register_objects.h"
#include "roster/roster.h"

namespace strongroom::roster {

struct EnrolledDevice {
  Enrolment enrolment;
  std::uint64_t leaf = 0;
  bool retired = false;
};
struct SeenLotKey {
  LotKey key;
  std::uint64_t leaf = 0;
};
struct SeenRequest {
  RequestEntry entry;
  std::uint64_t leaf = 0;
  std::vector<std::pair<std::uint64_t, Approval>> approvals;  ///< leaf index, approval
  std::vector<std::pair<std::uint64_t, Receipt>> receipts;
};
/// A cross leaf: the capture ledger's cosigned checkpoint as the register took it.
struct SeenCross {
  std::uint64_t leaf = 0;
  std::string checkpoint;
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
  explicit RegisterState(const Hash256& archive) : archive_(archive) {}

  /// Applies leaf number `applied()`; `object` is the object its digests name (empty for cross leaves).
  /// Fails (`corrupt`) only if object and leaf do not match or leaves come out of order; an object that breaks a
  /// rule becomes a Finding and changes nothing.
  Result<void> apply(BytesView leaf, BytesView object);
  std::uint64_t applied() const { return applied_; }

  const Hash256& archive() const { return archive_; }
  /// Null until the genesis has been applied.
  const SignedRoster* current_roster() const { return rosters_.empty() ? nullptr : &rosters_.back(); }
  const SignedRoster* roster_by_hash(const Hash256& hash) const;
  const std::map<envelope::DeviceId, EnrolledDevice>& devices() const { return devices_; }
  const EnrolledDevice* device_by_pin(const Hash256& tls_pin) const;
  /// The keys of a lot under the current roster's quorums; complete only if every position has one.
  LotKeySet lot_keys(const envelope::Lot& lot) const;
  bool complete(const LotKeySet& set) const;
  const std::vector<SeenLotKey>& all_lot_keys() const { return lot_keys_; }
  const std::map<Hash256, SeenRequest>& requests() const { return requests_; }
  const std::vector<SeenCross>& cross_leaves() const { return crosses_; }
  /// Index of a nonce leaf.
  std::optional<std::uint64_t> nonce_leaf(const ByteArray<32>& value) const;
  const std::vector<Finding>& findings() const { return findings_; }
  /// Sealed directory copies: (leaf, object).
  const std::vector<std::pair<std::uint64_t, Bytes>>& directories() const { return directories_; }

 private:
  Result<void> take(envelope::RegisterType type, BytesView object);
  Result<void> take_roster(BytesView object);
  Result<void> take_lot_key(BytesView object);
  Result<void> take_enrolment(BytesView object);
  Result<void> take_request(BytesView object);
  Result<void> take_approval(BytesView object);
  Result<void> take_receipt(BytesView object);
  Result<void> take_nonce(BytesView object);

  Hash256 archive_;
  std::uint64_t applied_ = 0;
  std::vector<SignedRoster> rosters_;
  std::map<envelope::DeviceId, EnrolledDevice> devices_;
  std::vector<SeenLotKey> lot_keys_;
  std::map<Hash256, SeenRequest> requests_;  ///< by commitment
  std::vector<SeenCross> crosses_;
  std::map<ByteArray<32>, std::uint64_t> nonces_;
  std::vector<std::pair<std::uint64_t, Bytes>> directories_;
  std::vector<Finding> findings_;
};

}  // namespace strongroom::roster
