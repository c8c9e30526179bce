/// tlog-policy (C2SP): which logs are accepted, and which sets of witnesses must have cosigned.
///
///     log <vkey> [<url>]
///     witness <name> <vkey> [<url>]
///     group <name> all|any|<k> <member> ...
///     quorum <name>|none
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"

namespace strongroom::ledger {

inline constexpr std::size_t kPolicyBytesMax = 256 * 1024;
inline constexpr std::size_t kPolicyItemsMax = 256;  ///< of each kind

struct PolicyLog {
  VerifierKey key;  ///< its name is the log's origin
  std::string url;  ///< may be empty
  bool operator==(const PolicyLog&) const = default;
};
struct PolicyWitness {
  std::string name;
  VerifierKey key;
  std::string url;  ///< submission prefix; may be empty
  bool operator==(const PolicyWitness&) const = default;
};
struct PolicyGroup {
  std::string name;
  std::size_t threshold = 1;
  std::vector<std::string> members;
  bool operator==(const PolicyGroup&) const = default;
};
struct Policy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;  ///< members are defined before the group that names them
  std::string quorum;               ///< a witness, a group, or "none"
  bool operator==(const Policy&) const = default;
};

/// `malformed` names the line.
Result<Policy> parse_policy(std::string_view text);
/// One line each, logs, witnesses, groups, quorum; parse_policy gives it back.
std::string format_policy(const Policy& policy);
/// The rules of parse_policy for a policy made in memory.
Result<void> check_policy(const Policy& policy);
/// Whether these witnesses (by policy name) satisfy the quorum.
bool quorum_holds(const Policy& policy, std::span<const std::string> witnesses);

struct WitnessSeen {
  std::string name;  ///< as the policy names it
  std::uint64_t time = 0;
  bool operator==(const WitnessSeen&) const = default;
};
/// A checkpoint that a log of the policy signed and its quorum of witnesses cosigned.
struct AcceptedCheckpoint {
  CosignedCheckpoint signed_checkpoint;
  VerifierKey log_key;
  std::vector<WitnessSeen> witnesses;  ///< that verified and that the quorum counts, in policy order
  /// Lower median of their times (protocol §2.1); none if no witness is demanded.
  std::optional<std::uint64_t> witness_time;

  const Checkpoint& checkpoint() const { return signed_checkpoint.checkpoint; }
};

/// Origin, log key, quorum, in that order. `unauthenticated` says which of them did not hold. With `log`, that
/// identity is demanded instead of the policy's log lines (needed where origin and key name differ).
Result<AcceptedCheckpoint> accept(const Policy& policy, std::string_view checkpoint_bytes);
Result<AcceptedCheckpoint> accept(const Policy& policy, const LogIdentity& log,
                                  std::string_view checkpoint_bytes);

}  // namespace strongroom::ledger
