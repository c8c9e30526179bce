/// What an auditor can ask about anybody's transparency log, answered from files alone: no network, no private key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/authenticated_tiles.h"
#include "ledger/policy.h"

namespace strongroom::verify {

/// Whom to believe. The first key is the log's; further keys of the same name are the log's too; keys of other
/// names are witnesses, and all of them must have cosigned. A policy brings its own witnesses, and its own logs
/// where no key is given.
struct LedgerTrust {
  std::vector<ledger::VerifierKey> keys;
  std::optional<std::string> origin;  ///< where it differs from the key's name
  std::optional<ledger::Policy> policy;
};

struct LedgerQuestion {
  std::optional<std::string> checkpoint;
  std::optional<std::string> old_checkpoint;  ///< needs a checkpoint and tiles
  std::optional<std::string> proof;  ///< a tlog-proof
  std::optional<Bytes> entry;  ///< of the proof
  ledger::TileReader* tiles = nullptr;  ///< of the checkpoint; borrowed
};

/// What was found to hold.
struct LedgerFindings {
  struct Growth {
    ledger::TreeSize from;
    std::size_t proof_hashes = 0;
  };
  std::optional<ledger::AcceptedCheckpoint> checkpoint;
  std::optional<ledger::AuthenticatedTiles::Counts> tiles;
  std::optional<Growth> growth;  ///< the old checkpoint is a prefix of the new
  std::optional<ledger::LeafIndex> entry_index;
  std::optional<ledger::AcceptedCheckpoint> entry_checkpoint;  ///< the one inside the proof
};

/// The policy and log identity that `trust` stands for. `refused` if the parts contradict each other or say nothing.
struct LedgerRules {
  ledger::Policy policy;
  std::optional<ledger::LogIdentity> log;
};
Result<LedgerRules> rules_of(const LedgerTrust& trust);
/// `refused` if a part of the question lacks another that it needs.
Result<void> check_question(const LedgerQuestion& question);

/// Everything asked holds, or the error says what does not. Both checks above have been made.
Result<LedgerFindings> check_ledger(const LedgerRules& rules, const LedgerQuestion& question);

/// For people: a few lines of plain sentences. For programs: one JSON object on one line.
std::string report_text(const LedgerFindings& findings);
std::string report_json(const LedgerFindings& findings);
std::string failure_text(const Error& error);
std::string failure_json(const Error& error);

}  // namespace strongroom::verify
