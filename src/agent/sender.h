/// Sending the spool and waiting for receipts (protocol §3.9, §3.10).
#pragma once

#include <chrono>
#include <functional>

#include "agent/spool.h"
#include "replica/archive_client.h"
#include "replica/replica.h"

namespace strongroom::agent {

/// What a person wants to know of one sending.
struct SendReport {
  std::uint64_t entries = 0;
  std::uint64_t first_leaf = 0, last_leaf = 0;
  std::uint64_t ledger_size = 0;        ///< of the checkpoint in the receipts
  std::uint64_t witness_time = 0;       ///< seconds
  std::vector<std::string> witnesses;
  std::vector<std::string> marks;       ///< distinct, e.g. "late"

  /// Of two sendings, one after the other.
  void add(const SendReport& later);
};

/// Called with entries done and all; for a progress line.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

/// Sends every waiting entry, waits until the witness quorum has signed a checkpoint over them, checks every proof,
/// and releases the spool. `refused` names the entry; `unavailable` if no receipt came within `patience` (the spool
/// keeps everything: running again goes on).
Result<SendReport> send_spool(Spool& spool, replica::ArchiveClient& server,
                              const ledger::Policy& capture_policy, std::chrono::milliseconds patience,
                              const Progress& progress);

}  // namespace strongroom::agent
