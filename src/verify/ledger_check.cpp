#include "verify/ledger_check.h"

#include <fmt/format.h>

#include "ledger/proof.h"

namespace strongroom::verify {
namespace {

using ledger::AcceptedCheckpoint;
using ledger::KeyType;
using ledger::VerifierKey;

std::unexpected<Error> bad_question(std::string what, std::string hint) {
  return fail(ErrorCode::refused, std::move(what), {}, std::move(hint));
}

/// Every witness key must have cosigned: one group of all.
Result<ledger::Policy> all_of(const std::vector<VerifierKey>& witnesses) {
  ledger::Policy policy;
  policy.quorum = "none";
  if (witnesses.empty()) return policy;
  ledger::PolicyGroup group{"all-given", witnesses.size(), {}};
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    if (witnesses[i].type != KeyType::cosignature_v1 && witnesses[i].type != KeyType::ml_dsa_44) {
      return bad_question(
          fmt::format("{} is another name than the log's, and its key is not a witness's", witnesses[i].name),
          "give the log's key first; other names must be witnesses (key types 04 and 06)");
    }
    // Names in a policy may not repeat; two keys of one witness are two entries.
    group.members.push_back(fmt::format("{}#{}", witnesses[i].name, i + 1));
    policy.witnesses.push_back({group.members.back(), witnesses[i], {}});
  }
  policy.groups.push_back(std::move(group));
  policy.quorum = policy.groups.front().name;
  return policy;
}

Result<AcceptedCheckpoint> accept(const LedgerRules& rules, std::string_view bytes) {
  return rules.log ? ledger::accept(rules.policy, *rules.log, bytes) : ledger::accept(rules.policy, bytes);
}

/// The old checkpoint must carry the log's signature; which witnesses it had is not asked again.
Result<ledger::Checkpoint> open_old(const LedgerRules& rules, std::string_view bytes,
                                    const AcceptedCheckpoint& present) {
  ledger::LogIdentity log{present.checkpoint().origin, {present.log_key}};
  if (rules.log) log = *rules.log;
  return TRY(ledger::open_checkpoint(bytes, log)).checkpoint;
}

Result<LedgerFindings::Growth> check_growth(const ledger::Checkpoint& before, const ledger::Checkpoint& now,
                                            ledger::TileReader& files) {
  if (before.size > now.size) {
    return fail(ErrorCode::unauthenticated, "the log has become smaller since the old checkpoint");
  }
  auto tiles = TRY(ledger::AuthenticatedTiles::open(now.size, now.root, files));
  const ledger::Proof proof = TRY(ledger::consistency_proof(before.size, now.size, tiles));
  TRY_IN("since the old checkpoint",
         ledger::verify_consistency(before.size, before.root, now.size, now.root, proof));
  return LedgerFindings::Growth{before.size, proof.size()};
}

}  // namespace

Result<LedgerRules> rules_of(const LedgerTrust& trust) {
  if (trust.keys.empty() && !trust.policy) {
    return bad_question("there is nothing to believe", "give the log's key (--vkey) or a policy (--policy)");
  }
  if (trust.keys.empty()) {
    if (trust.origin)
      return bad_question("an origin is given without a key", "give the log's key too (--vkey)");
    return LedgerRules{*trust.policy, std::nullopt};
  }
  const VerifierKey& first = trust.keys.front();
  if (first.type == KeyType::cosignature_v1) {
    return bad_question("the first key is a witness's (type 04)", "give the log's key first");
  }
  ledger::LogIdentity log{trust.origin.value_or(first.name), {}};
  std::vector<VerifierKey> witnesses;
  for (const VerifierKey& key : trust.keys) (key.name == first.name ? log.keys : witnesses).push_back(key);
  if (!trust.policy) return LedgerRules{TRY(all_of(witnesses)), std::move(log)};
  if (!witnesses.empty()) {
    return bad_question("witness keys are given beside a policy", "put the witness into the policy");
  }
  return LedgerRules{*trust.policy, std::move(log)};
}

Result<void> check_question(const LedgerQuestion& question) {
  if (!question.checkpoint && !question.proof) {
    return bad_question("there is nothing to check", "give a checkpoint (--checkpoint) or a proof (--proof)");
  }
  if (question.proof.has_value() != question.entry.has_value()) {
    return bad_question("a proof and its entry belong together", "give both --proof and --entry");
  }
  if (question.tiles != nullptr && !question.checkpoint) {
    return bad_question("tiles are checked against a checkpoint", "give the checkpoint too (--checkpoint)");
  }
  if (question.old_checkpoint && (!question.checkpoint || question.tiles == nullptr)) {
    return bad_question("whether a log has only grown is shown by its tiles",
                        "give --checkpoint and --tiles with --old-checkpoint");
  }
  return {};
}

Result<LedgerFindings> check_ledger(const LedgerRules& rules, const LedgerQuestion& question) {
  LedgerFindings found;
  if (question.checkpoint) {
    found.checkpoint = TRY_IN("checkpoint", accept(rules, *question.checkpoint));
    const ledger::Checkpoint& tree = found.checkpoint->checkpoint();
    if (question.old_checkpoint) {
      const auto before =
          TRY_IN("old checkpoint", open_old(rules, *question.old_checkpoint, *found.checkpoint));
      found.growth = TRY(check_growth(before, tree, *question.tiles));
    }
    if (question.tiles != nullptr) {
      found.tiles = TRY_IN("tiles", ledger::verify_all_tiles(tree.size, tree.root, *question.tiles));
    }
  }
  if (question.proof) {
    const ledger::TlogProof proof = TRY(ledger::parse_tlog_proof(*question.proof));
    auto proven =
        TRY_IN("proof", rules.log ? verify_tlog_proof(proof, *question.entry, rules.policy, *rules.log)
                                  : verify_tlog_proof(proof, *question.entry, rules.policy));
    found.entry_index = proven.index;
    found.entry_checkpoint = std::move(proven.accepted);
  }
  return found;
}

}  // namespace strongroom::verify
