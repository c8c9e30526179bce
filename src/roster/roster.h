/// Who everyone is (protocol §2.2, §2.3). Format page: docs/formats/roster.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "envelope/names.h"
#include "envelope/object.h"

namespace strongroom::roster {

using envelope::MemberId;

enum class Role : std::uint64_t { trustee = 1, officer = 2, approver = 3, reader = 4, auditor = 5 };
std::string_view name_of(Role role);

struct Member {
  MemberId id = 0;
  Hash256 name_hash{};  ///< SHA-256([“name”, 1, salt, name]); the directory carries name and salt
  std::vector<Role> roles;  ///< ascending
  crypto::SigningPublic signing;
  ByteArray<1216> mail{};  ///< X-Wing: requests and the directory are sealed to it
  Hash256 tls_pin{};  ///< SHA-256 of the SPKI of its TLS key
  std::uint64_t not_before_s = 0, not_after_s = 0;
  bool operator==(const Member&) const = default;
};
bool has_role(const Member& member, Role role);
Hash256 name_hash(const ByteArray<16>& salt, std::string_view name);

struct Quorum {
  std::uint32_t id = 0;  ///< 0 = the governing quorum
  std::uint32_t k = 0;
  std::vector<MemberId> positions;  ///< position p is positions[p], for ever; x of its share is p + 1
  bool operator==(const Quorum&) const = default;
};

struct RetentionClass {
  std::uint32_t id = 0;
  std::string name;  ///< a public number-like label; names of series belong to the directory
  std::uint32_t months = 0;  ///< kept that long after the day of the event
  bool operator==(const RetentionClass&) const = default;
};

struct Roster {
  Hash256 archive{};  ///< zero in the genesis, whose hash it is
  std::uint64_t number = 0;  ///< 0 = genesis
  Hash256 previous{};  ///< hash of the roster before; zero in the genesis
  std::uint64_t issued_s = 0, expires_s = 0;
  std::uint64_t cooling_off_s = 0;  ///< a request waits so long after the witnesses saw it (protocol §5.3)
  std::vector<Member> members;  ///< ascending ids
  std::vector<Quorum> quorums;  ///< ascending ids, 0 first
  std::vector<RetentionClass> classes;  ///< ascending ids
  std::vector<std::pair<Role, Role>> exclusions;  ///< no member may hold both
  std::string register_vkey, capture_vkey;  ///< signed-note verifier keys of the two ledgers
  std::string witness_policy;  ///< tlog-policy text without log lines
  std::vector<Hash256> server_pins;  ///< one or two, for rotation
  std::vector<envelope::DeviceId> canaries;
  Bytes extensions;  ///< one encoded map; empty = an empty map
  bool operator==(const Roster&) const = default;
};

inline constexpr std::size_t kRosterBytesMax = 4u << 20;
inline constexpr std::size_t kMembersMax = 512, kTrusteesMax = 64, kQuorumsMax = 16, kClassesMax = 256,
                             kCanariesMax = 256, kRolePairsMax = 16;
inline constexpr std::uint64_t kRosterLifetimeS = 400ull * 86400, kCoolingOffMaxS = 90ull * 86400;

/// Content of the signed object with label "roster".
Bytes encode(const Roster& roster);
Result<Roster> decode_roster(BytesView content);
/// SHA-256 of the content; of the genesis it is the archive id.
Hash256 hash_of(const Roster& roster);

/// Rules a roster must satisfy by itself (protocol §1.4, §2.2): k < n, n >= 2k-1 (k = 1 only outside quorum 0),
/// quorum 0 there, positions are trustees, ids ascending, exclusions hold, a witness quorum, both vkeys readable.
Result<void> check(const Roster& roster);

const Member* find_member(const Roster& roster, MemberId id);
/// Whether the member may act at this time: between its own bounds. A bound at or beyond the roster's expiry is none:
/// when the roster has expired its people still sign the next one, revoke devices and publish keys.
bool in_its_time(const Roster& roster, const Member& member, std::uint64_t at_s);
const Member* find_member_by_pin(const Roster& roster, const Hash256& tls_pin);
const Quorum* find_quorum(const Roster& roster, std::uint32_t id);
const RetentionClass* find_class(const Roster& roster, std::uint32_t id);

/// A roster with its signed object, signatures checked.
struct SignedRoster {
  Roster roster;
  Hash256 hash{};
  envelope::SignedObject object;
  std::uint64_t leaf = 0;  ///< where it stands in the register, once that is known
};
/// Genesis: signed by *all* trustees, and its hash is `archive` (from the invitation, never from the server).
Result<SignedRoster> open_genesis(BytesView object, const Hash256& archive);
/// A later roster: signed by k of the governing quorum of `before`, number + 1, previous = its hash.
/// Inclusion in the register is the caller's check (roster/replay.h).
Result<SignedRoster> open_successor(BytesView object, const SignedRoster& before);

/// The archive id as this roster says it: the genesis' own hash, or the field of a later one.
Hash256 archive_of(const SignedRoster& roster);

/// Six words of the archive id, to be compared aloud (protocol §2.4).
std::string words_of(const Hash256& hash);

}  // namespace strongroom::roster
