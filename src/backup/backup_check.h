/// Reading a copy of a server's directory from end to end and comparing it with its manifest and with the checkpoints
/// that the witnesses signed. Needs no private key.
///
/// 1. Every listed file and blob is there with its digest; every object of the vaults has the name that it hashes to.
/// 2. Both ledgers: all tiles and entries give the root.
/// 3. The register is replayed from the genesis; both checkpoints hold under the witness policy in force.
/// 4. Every entry of the capture ledger has its header, and every header its body.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "platform/file_system.h"
#include "roster/roster.h"

namespace strongroom::backup {

/// What is being done, and how far it is: entries or bytes.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

struct Checked {
  std::uint64_t objects = 0, bytes = 0;
  /// Capture leaves whose body is in no segment: LOSS, which a copy cannot mend (protocol §4.5). At most 1000 of them.
  std::vector<std::uint64_t> without_body;
  std::uint64_t bodies_missing = 0;
  std::optional<roster::SignedRoster> roster;  ///< in force
};

/// `corrupt` or `unauthenticated` names the first thing that does not hold; a body that is missing is no failure.
/// Takes about 200 bytes of memory an entry.
Result<Checked> check_backup(platform::FileSystem& files, const std::string& directory,
                             const Manifest& manifest, const Progress& progress);

/// SHA-256 of the first `bytes` bytes; `corrupt` if the file is shorter.
Result<Hash256> digest_of(platform::File& file, std::uint64_t bytes);

}  // namespace strongroom::backup
