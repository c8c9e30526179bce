/// An evidence package, checked with nothing but the archive id (protocol §3.7, §5.5). Format page:
/// docs/formats/package.md.
///
/// 1. Manifest: every file listed is there with its digest, and no other.
/// 2. Register: replayed from the genesis, whose hash is the archive id; its checkpoint has the witness quorum.
/// 3. The request is in the register, approved, and granted by a quorum; its list of folders is the one committed to.
/// 4. Every header is in the capture ledger, whose checkpoint has the witness quorum; the chains are read.
/// 5. Every batch of a granted folder has its body, every record its franking proof.
/// 6. The readable files (records.jsonl, originals) say what the proved records say.
#pragma once

#include <string>

#include "base/bytes.h"
#include "platform/file_system.h"
#include "verify/report.h"

namespace strongroom::verify {

/// Everything that was found; never fails.
Report check_package(platform::FileSystem& files, const std::string& directory, const Hash256& archive);

}  // namespace strongroom::verify
