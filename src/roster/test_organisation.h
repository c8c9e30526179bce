/// A whole small organisation with real keys, for tests (library roster_testing; test code only).
///
/// Members 1, 2, 3: trustees, 2 of 3. Member 4: officer. Member 5: approver. Member 6: reader. One witness,
/// one class (id 1, 84 months), two ledgers. Every key is derived from the number given to the constructor,
/// so two organisations of one number have the same archive id (signatures differ: ML-DSA is hedged). Times are
/// whole seconds around `kTestStart`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "crypto/signature.h"
#include "envelope/leaf.h"
#include "ledger/sign.h"
#include "platform/entropy.h"
#include "roster/register_objects.h"
#include "roster/replay.h"
#include "roster/request_seal.h"
#include "roster/roster.h"

namespace strongroom::roster::testing {

inline constexpr std::uint64_t kTestStart = 1'795'305'600;  ///< 2026-11-22T00:00:00Z
inline constexpr std::uint32_t kTestDay = 20'779;  ///< the same day, counted from 1970-01-01
inline constexpr MemberId kOfficer = 4, kApprover = 5, kReader = 6;
inline constexpr std::uint32_t kTestClass = 1;

/// Somebody who signs and has a mail key: a member, with everything private about it.
struct TestMember {
  Member member;
  Secret<32> ed25519_seed;
  SecretBytes ml_dsa_seed;
  Secret<32> mail_seed;
  crypto::SigningKey key;
};
struct TestDevice {
  Enrolment enrolment;
  crypto::SigningKey key;
  crypto::SigningKey one_time;  ///< of its invitation
};
/// One entry of the register: its leaf, and the object it names (empty for cross leaves).
struct TestEntry {
  Bytes leaf;
  Bytes object;
};

/// The leaf of an object, and the entry of the two.
TestEntry entry_of(envelope::RegisterType type, Bytes object);
/// Random bytes that are the same in every run. Not for anything but tests.
class TestEntropy final : public platform::Entropy {
 public:
  explicit TestEntropy(std::string_view seed);
  void fill(MutableBytes out) override;

 private:
  Hash256 state_{};
};

class TestOrganisation {
 public:
  explicit TestOrganisation(unsigned number = 1, std::uint64_t cooling_off_s = 0);

  const TestMember& member(MemberId id) const;
  const std::vector<MemberId>& trustees() const { return genesis_.roster.quorums.front().positions; }
  const SignedRoster& genesis() const { return genesis_; }
  const Hash256& archive() const { return genesis_.hash; }
  const Bytes& genesis_object() const { return genesis_object_; }
  const ledger::NoteSigner& register_signer() const { return *register_signer_; }
  const ledger::NoteSigner& capture_signer() const { return *capture_signer_; }
  const ledger::NoteSigner& witness_signer() const { return *witness_signer_; }

  /// A checkpoint of the capture ledger (register ledger) with the witness' cosignature: text as it travels.
  std::string capture_checkpoint(const envelope::TreeHead& head, std::uint64_t time_s) const;
  std::string register_checkpoint(const envelope::TreeHead& head, std::uint64_t time_s) const;
  TestEntry cross_leaf(const envelope::TreeHead& capture_head, std::uint64_t time_s) const;

  /// The X-Wing seed of a position's lot key (its private key), and the lot key signed by the trustee there.
  Secret<32> lot_seed(const envelope::Lot& lot, std::uint32_t position) const;
  LotKey lot_key(const envelope::Lot& lot, std::uint32_t position) const;
  Bytes lot_key_object(const envelope::Lot& lot, std::uint32_t position) const;
  /// The lot of `kTestClass` for a folder of this day.
  envelope::Lot lot_for_day(std::uint32_t day = kTestDay) const;

  /// Device `number` (0, 1, ...), not yet signed by anybody; enrolment_object signs it by all four.
  TestDevice device(unsigned number) const;
  Bytes invitation_object(const TestDevice& device) const;
  Bytes enrolment_object(const TestDevice& device) const;

  /// A request of the reader for these folders, the approval of one that stands at `request_leaf`, and the receipt
  /// of a grant that acted on `head`.
  PreparedRequest request(const std::vector<Hash256>& folders, const Secret<32>& reply_seed,
                          RequestPurpose purpose = RequestPurpose::reading) const;
  Bytes approval_object(const Hash256& commitment, std::uint64_t request_leaf) const;
  Receipt receipt(const Hash256& commitment, MemberId trustee, const envelope::TreeHead& head) const;
  Bytes receipt_object(const Receipt& receipt) const;

  /// The register so far: genesis, ledgers opened, every position's key for these lots, then for each device its
  /// invitation and its enrolment.
  std::vector<TestEntry> opening(const std::vector<envelope::Lot>& lots, unsigned devices) const;

 private:
  Secret<32> seed(std::string_view what, std::uint64_t number) const;
  crypto::SigningKey signing_key(std::string_view what, std::uint64_t number) const;
  void add_member(MemberId id, Role role);
  void make_ledgers(Roster& roster);

  unsigned number_;
  std::vector<TestMember> members_;
  std::optional<ledger::NoteSigner> register_signer_, capture_signer_, witness_signer_;
  Bytes genesis_object_;
  SignedRoster genesis_;
};

/// A state with these entries applied; the test fails if one does not match its leaf.
RegisterState replay(const Hash256& archive, const std::vector<TestEntry>& entries);

}  // namespace strongroom::roster::testing
