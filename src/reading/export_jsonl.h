/// An opened case as files for other programs: JSON Lines, attachments, and a manifest of what was written and what is
/// missing. From here on the plaintext is in the reader's care. Format page: docs/formats/record-jsonl.md.
///
///   OUT/records.jsonl      one record a line, as record::to_json_line writes it
///   OUT/attachments/HASH   content named by its SHA-256, with the extension of its name where that is harmless
///   OUT/manifest.json      counts, SHA-256 of every file, the request, what is missing
#pragma once

#include <string>

#include "grant/opened_case.h"
#include "platform/file_system.h"

namespace strongroom::reading {

struct ExportCounts {
  std::uint64_t records = 0;  ///< lines
  std::uint64_t chunks = 0;  ///< records that only carried a piece of a file, joined
  std::uint64_t attachments = 0;  ///< files
  std::uint64_t incomplete = 0;  ///< files whose pieces are not all here
  std::uint64_t bytes = 0;
};
/// `directory` must not exist or be empty (`conflict`).
Result<ExportCounts> export_jsonl(const grant::OpenedCase& opened, platform::FileSystem& files,
                                  const std::string& directory);

}  // namespace strongroom::reading
