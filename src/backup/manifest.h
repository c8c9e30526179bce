/// `backup.json`: what a backup holds, written last. What it does not list is not part of the backup.
/// Format page: docs/formats/backup.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "ledger/tree.h"

namespace strongroom::backup {

inline constexpr std::string_view kManifestName = "backup.json";
inline constexpr std::uint64_t kManifestBytesMax = 64u << 20;

/// One ledger up to the checkpoint that its witnesses had signed.
struct LedgerPart {
  ledger::TreeSize size;
  Hash256 root{};
  std::string checkpoint;  ///< verbatim, with the cosignatures
  bool operator==(const LedgerPart&) const = default;
};
/// The first `bytes` bytes of a file; what may stand behind them is not part of the backup.
struct FilePart {
  std::string path;
  std::uint64_t bytes = 0;
  Hash256 sha256{};
  bool operator==(const FilePart&) const = default;
};

struct Manifest {
  std::string made;  ///< "2026-11-22T16:00:00Z", by the clock of the machine that made it
  Hash256 archive{};
  LedgerPart registers, capture;
  std::vector<FilePart> files;  ///< by path: genesis, origin, one journal a ledger, the vaults' segments
  std::vector<Hash256> blobs;   ///< sorted
  bool operator==(const Manifest&) const = default;

  /// Nothing if it is not listed.
  const FilePart* file(std::string_view path) const;
};

std::string format_manifest(const Manifest& manifest);
/// Only what format_manifest writes; a path that a backup cannot have is `malformed`.
Result<Manifest> parse_manifest(std::string_view text);

/// "vault/capture/0000000003.seg"
bool is_segment_path(std::string_view path);
/// "register/journal-00000000000000000120": the ledger's state at exactly this size.
std::string journal_path(std::string_view ledger, ledger::TreeSize size);

}  // namespace strongroom::backup
