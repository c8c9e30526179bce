#include "ledger/policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "codec/text.h"
#include "ledger/checkpoint_form.h"

namespace strongroom::ledger {
namespace {

constexpr std::string_view kNone = "none";
using Items = std::vector<std::string_view>;

std::unexpected<Error> bad_policy(std::string what) { return fail(ErrorCode::malformed, std::move(what)); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// §7.1: 09, 0A, 20 to 7E, 80 to FF.
bool is_allowed(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet == '\t' || octet == '\n' || (octet >= 0x20 && octet != 0x7F);
}

Items items_of(std::string_view line) {
  Items items;
  while (!line.empty()) {
    const auto begin = std::ranges::find_if_not(line, is_blank);
    line.remove_prefix(static_cast<std::size_t>(begin - line.begin()));
    const auto end = std::ranges::find_if(line, is_blank);
    const auto length = static_cast<std::size_t>(end - line.begin());
    if (length > 0) items.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
  return items;
}

/// One pass over the lines; what a line names must have been defined above it (§7.2).
class PolicyParser {
 public:
  Result<void> line(std::string_view text) {
    if (text.starts_with('#')) return {};
    const Items items = items_of(text);
    if (items.empty()) return {};
    if (items[0] == "log") return log(items);
    if (items[0] == "witness") return witness(items);
    if (items[0] == "group") return group(items);
    if (items[0] == "quorum") return quorum(items);
    return bad_policy("the line is not a log, witness, group or quorum line");
  }

  Result<Policy> finish() && {
    if (policy_.quorum.empty()) return bad_policy("the policy has no quorum line");
    return std::move(policy_);
  }

 private:
  Result<void> log(const Items& items) {
    if (items.size() < 2 || items.size() > 3) return bad_policy("a log line is: log <vkey> [<url>]");
    VerifierKey key = TRY(parse_vkey(items[1]));
    if (key.type == KeyType::cosignature_v1)
      return bad_policy("a log cannot have a key of a witness (type 0x04)");
    const auto same = [&](const PolicyLog& l) { return l.key.public_key == key.public_key; };
    if (std::ranges::any_of(policy_.logs, same)) return bad_policy("two logs have the same key");
    if (policy_.logs.size() == kPolicyItemsMax)
      return fail(ErrorCode::limit_exceeded, "the policy has too many logs");
    policy_.logs.push_back({std::move(key), items.size() == 3 ? std::string(items[2]) : std::string()});
    return {};
  }

  Result<void> witness(const Items& items) {
    if (items.size() < 3 || items.size() > 4)
      return bad_policy("a witness line is: witness <name> <vkey> [<url>]");
    VerifierKey key = TRY(parse_vkey(items[2]));
    if (key.type != KeyType::cosignature_v1 && key.type != KeyType::ml_dsa_44) {
      return bad_policy("a witness needs a key of type 0x04 or 0x06");
    }
    const auto same = [&](const PolicyWitness& w) { return w.key.public_key == key.public_key; };
    if (std::ranges::any_of(policy_.witnesses, same)) return bad_policy("two witnesses have the same key");
    TRY(define(items[1]));
    policy_.witnesses.push_back(
        {std::string(items[1]), std::move(key), items.size() == 4 ? std::string(items[3]) : std::string()});
    return {};
  }

  Result<void> group(const Items& items) {
    if (items.size() < 4) return bad_policy("a group line is: group <name> all|any|<k> <member> ...");
    PolicyGroup group{std::string(items[1]), 0, {}};
    for (const std::string_view member : std::span(items).subspan(3)) {
      if (!defined_.contains(member)) return bad_policy("a member of the group is not defined above it");
      if (!grouped_.insert(member).second) return bad_policy("a name is a member of a group twice");
      group.members.emplace_back(member);
    }
    const std::size_t members = group.members.size();
    group.threshold = items[2] == "all"   ? members
                      : items[2] == "any" ? 1
                                          : TRY(codec::from_decimal(items[2], members));
    if (group.threshold == 0) return bad_policy("the threshold of a group is 0");
    TRY(define(items[1]));
    policy_.groups.push_back(std::move(group));
    return {};
  }

  Result<void> quorum(const Items& items) {
    if (items.size() != 2) return bad_policy("a quorum line is: quorum <name>|none");
    if (!policy_.quorum.empty()) return bad_policy("the policy has two quorum lines");
    if (items[1] != kNone && !defined_.contains(items[1]))
      return bad_policy("the quorum is not defined above its line");
    policy_.quorum = items[1];
    return {};
  }

  Result<void> define(std::string_view name) {
    if (name == kNone) return bad_policy("the name none is reserved");
    if (!defined_.insert(name).second) return bad_policy("a name is defined twice");
    if (defined_.size() > 2 * kPolicyItemsMax)
      return fail(ErrorCode::limit_exceeded, "the policy has too many names");
    return {};
  }

  Policy policy_;
  std::set<std::string_view> defined_;  // the views are into the policy's text
  std::set<std::string_view> grouped_;
};

/// The names that count towards the quorum: it, its members, and theirs.
std::set<std::string_view> names_under_quorum(const Policy& policy) {
  std::set<std::string_view> names;
  if (policy.quorum != kNone) names.insert(policy.quorum);
  for (auto group = policy.groups.rbegin(); group != policy.groups.rend(); ++group) {
    if (names.contains(group->name)) names.insert(group->members.begin(), group->members.end());
  }
  return names;
}

/// The witnesses that have signed, in policy order. A matching line that fails refuses the checkpoint (§1.4 c).
Result<std::vector<WitnessSeen>> witnesses_of(const Policy& policy, const Note& note) {
  const std::set<std::string_view> counted = names_under_quorum(policy);
  std::vector<WitnessSeen> seen;
  for (const PolicyWitness& witness : policy.witnesses) {
    const auto theirs = [&](const NoteSignature& line) {
      return line.name == witness.key.name && line.key_id == witness.key.id;
    };
    if (std::ranges::none_of(note.signatures, theirs)) continue;
    const std::vector<Signer> signer = TRY(verify_note(note, std::span(&witness.key, 1)));
    // Time 0 is no statement that this is the largest tree seen (§3.2): it does not count.
    const std::uint64_t time = signer.front().time;
    if (time != 0 && counted.contains(witness.name)) seen.push_back({witness.name, time});
  }
  return seen;
}

std::optional<std::uint64_t> lower_median(const std::vector<WitnessSeen>& witnesses) {
  if (witnesses.empty()) return std::nullopt;
  std::vector<std::uint64_t> times;
  for (const WitnessSeen& witness : witnesses) times.push_back(witness.time);
  std::ranges::sort(times);
  return times[(times.size() - 1) / 2];
}

/// The keys that the policy has for an origin: there may be an Ed25519 and an ML-DSA-44 one.
LogIdentity identity_in(const Policy& policy, const std::string& origin) {
  LogIdentity log{origin, {}};
  for (const PolicyLog& candidate : policy.logs) {
    if (candidate.key.name == origin) log.keys.push_back(candidate.key);
  }
  return log;
}

}  // namespace

Result<Policy> parse_policy(std::string_view text) {
  if (text.size() > kPolicyBytesMax)
    return fail(ErrorCode::limit_exceeded, "the policy is above 256 KiB", "policy");
  if (!std::ranges::all_of(text, is_allowed)) {
    return fail(ErrorCode::malformed, "the policy has a control character", "policy",
                "lines end in a line feed alone; save the file without carriage returns");
  }
  if (!text.empty() && text.back() != '\n')
    return fail(ErrorCode::malformed, "the last line does not end", "policy");
  PolicyParser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    TRY_IN(fmt::format("policy line {}", number), parser.line(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return TRY_IN("policy", std::move(parser).finish());
}

std::string format_policy(const Policy& policy) {
  const auto with_url = [](std::string line, const std::string& url) {
    return std::move(line) + (url.empty() ? "" : " " + url) + "\n";
  };
  std::string text;
  for (const PolicyLog& log : policy.logs) text += with_url("log " + format_vkey(log.key), log.url);
  for (const PolicyWitness& witness : policy.witnesses) {
    text += with_url(fmt::format("witness {} {}", witness.name, format_vkey(witness.key)), witness.url);
  }
  for (const PolicyGroup& group : policy.groups) {
    text += fmt::format("group {} {} {}\n", group.name, group.threshold, fmt::join(group.members, " "));
  }
  return text + fmt::format("quorum {}\n", policy.quorum);
}

Result<void> check_policy(const Policy& policy) {
  if (TRY(parse_policy(format_policy(policy))) != policy) {
    return fail(ErrorCode::malformed, "a name or address in the policy cannot be written", "policy");
  }
  return {};
}

bool quorum_holds(const Policy& policy, std::span<const std::string> witnesses) {
  if (policy.quorum == kNone) return true;
  std::set<std::string_view> holding(witnesses.begin(), witnesses.end());
  for (const PolicyGroup& group : policy.groups) {
    const auto count =
        std::ranges::count_if(group.members, [&](const auto& m) { return holding.contains(m); });
    if (static_cast<std::size_t>(count) >= group.threshold) {
      holding.insert(group.name);
    } else {
      holding.erase(group.name);  // a group holds by its members only
    }
  }
  return holding.contains(policy.quorum);
}

static Result<AcceptedCheckpoint> accept_note(const Policy& policy, const LogIdentity& log,
                                              const Note& note) {
  const std::vector<Signer> signers = TRY_IN("log signature", verify_note(note, log.keys));
  AcceptedCheckpoint accepted{{TRY(parse_checkpoint_text(note.text)), note}, signers.front().key, {}, {}};
  TRY(check_origin(accepted.checkpoint(), log));
  accepted.witnesses = TRY_IN("witness signature", witnesses_of(policy, note));
  std::vector<std::string> names;
  for (const WitnessSeen& witness : accepted.witnesses) names.push_back(witness.name);
  if (!quorum_holds(policy, names)) {
    return fail(ErrorCode::unauthenticated,
                fmt::format("the witnesses that signed ({}) are not the quorum \"{}\"",
                            names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")), policy.quorum),
                "witness policy", "ask the log for the checkpoint again once more witnesses have signed it");
  }
  accepted.witness_time = lower_median(accepted.witnesses);
  return accepted;
}

Result<AcceptedCheckpoint> accept(const Policy& policy, const LogIdentity& log,
                                  std::string_view checkpoint_bytes) {
  return accept_note(policy, log, TRY(parse_note_unverified(checkpoint_bytes)));
}

Result<AcceptedCheckpoint> accept(const Policy& policy, std::string_view checkpoint_bytes) {
  // The unverified origin only chooses the keys; they then decide.
  const CosignedCheckpoint unverified = TRY(parse_cosigned_checkpoint_unverified(checkpoint_bytes));
  const LogIdentity log = identity_in(policy, unverified.checkpoint.origin);
  if (log.keys.empty()) {
    return fail(ErrorCode::unauthenticated, "the policy does not name the log of this checkpoint", "origin");
  }
  return accept_note(policy, log, unverified.note);
}

}  // namespace strongroom::ledger
