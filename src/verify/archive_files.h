/// What an auditor has of an archive: files, however they lie. Nothing they say is trusted before it was compared with
/// a ledger that the witnesses have seen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "ledger/tile.h"
#include "platform/file_system.h"
#include "verify/register_reading.h"
#include "verify/report.h"

namespace strongroom::verify {

enum class ObjectKind { header, body, register_object };

/// One thread at a time.
class ArchiveFiles {
 public:
  virtual ~ArchiveFiles() = default;
  /// The newest checkpoint with its signature lines; `not_found` if there is none.
  virtual Result<std::string> checkpoint(LedgerName which) = 0;
  virtual ledger::TileReader& tiles(LedgerName which) = 0;
  /// The bytes that lie under this name, *not* compared with it; `not_found` if nothing does.
  virtual Result<Bytes> object(ObjectKind kind, const Hash256& name) = 0;
  /// What the server has marked an entry with ("late", "stale", ...); nothing where marks are not kept.
  virtual std::vector<std::string_view> marks(const Hash256& header) = 0;
  /// What was wrong with the files themselves: segments that end torn, and such.
  virtual void describe(Report& report) = 0;
};

/// A copy of the server's data directory, or the directory itself: only read (docs/formats/vault.md).
Result<std::unique_ptr<ArchiveFiles>> open_server_directory(platform::FileSystem& files,
                                                            const std::string& directory);
/// An auditor's mirror (docs/operating/auditing.md): register/ and capture/ with `checkpoint` and `tile/...`, and
/// objects/<first two hex digits>/<SHA-256 in hex>.
std::unique_ptr<ArchiveFiles> open_mirror(platform::FileSystem& files, const std::string& directory);
/// Whichever of the two `directory` is; `not_found` with a hint if neither.
Result<std::unique_ptr<ArchiveFiles>> open_archive_files(platform::FileSystem& files,
                                                         const std::string& directory);

}  // namespace strongroom::verify
