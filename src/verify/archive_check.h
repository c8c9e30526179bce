/// A whole archive, checked from a copy of its files (protocol §0 "Completeness", §2.1, §3.9, §4.3, §4.5): both
/// ledgers, the register replayed, every device's chain, every header and body. No network, no private key.
///
/// 1. Register: tiles and entries recomputed up to the checkpoint, every leaf replayed with its object, the checkpoint
///    accepted under the witness policy of the roster in force.
/// 2. Capture ledger: likewise; cross leaves of each ledger are compared with the other's tree.
/// 3. Every capture leaf has its header, with both digests; every header's device is enrolled.
/// 4. Every device's chain is read in order (chain/device_chain.h), its folders' promises compared with the register.
/// 5. Drills: a result is borne out by the canary it names; overdue ones are named (protocol §5.6).
/// 6. Every body is there and is the one its header names, by both digests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "verify/archive_files.h"
#include "verify/report.h"

namespace strongroom::verify {

/// Whether bodies are to be looked for: a mirror may hold headers only.
enum class Bodies { check, leave_out };

struct ArchiveQuestion {
  Hash256 archive{};
  /// Checkpoints of either ledger that the auditor has kept from before: what they covered must still be there.
  std::vector<std::string> seen{};
  Bodies bodies = Bodies::check;
  /// Up to which moment signs of life are demanded, in seconds; 0 = the newest witness time in the files.
  std::uint64_t now_s = 0;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress{};  ///< entries; may be empty
};

/// Everything that was found; never fails, because what cannot be read is a finding too.
Report check_archive(const ArchiveQuestion& question, ArchiveFiles& files);

}  // namespace strongroom::verify
