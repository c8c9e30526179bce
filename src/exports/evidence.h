/// Evidence: what a reader may hand to a court or an auditor, and what they can check without this program's word
/// for anything (protocol §3.7, §5.5). Format page: docs/formats/package.md. The reader's program fills the structs;
/// everything in them is borrowed and must live until the call returns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "conviction/conviction.h"
#include "ledger/tile.h"
#include "platform/file_system.h"

namespace strongroom::exports {

/// One opened record and the key that proves it (§3.7).
struct EvidenceRecord {
  std::uint64_t index = 0;  ///< i in its batch
  BytesView cbor;  ///< what the franking tag covers
  BytesView franking_key;  ///< kf_i, 32 bytes
};
/// One entry of a device's chain; `body` and `records` are filled for granted folders only.
struct EvidenceEntry {
  std::uint64_t leaf = 0;  ///< in the capture ledger
  BytesView header;  ///< the signed header as stored
  BytesView body;  ///< share set or batch body; empty: none, not granted, or lost
  std::vector<EvidenceRecord> records;  ///< of a batch, ascending index
};

struct Evidence {
  Hash256 archive{}, commitment{};
  /// The register from leaf 0 on, as the replica keeps it (register.log); what lies beyond the checkpoint is left out.
  BytesView register_log;
  std::string register_checkpoint, capture_checkpoint;  ///< accepted, with witness lines
  /// Every entry of the devices concerned from the first granted folder's opening to the last one's close.
  std::vector<EvidenceEntry> entries;
  /// roster::encode(RequestCopy): the signed request, its salt and its list of folders. May be empty; then a
  /// verifier cannot tell whether a granted folder was left out.
  BytesView request_copy;
  std::vector<std::string> missing;  ///< what the reader's program found missing, in sentences
  std::string generated_by;  ///< program and version
  std::uint64_t made_s = 0;
};

struct EvidenceWritten {
  std::uint64_t files = 0, entries = 0, records = 0, bytes = 0;
};

/// Writes the package into `directory`, which must not exist or be empty (`conflict`). Inclusion proofs are made from
/// `capture`, every tile authenticated to the capture checkpoint; `unauthenticated` if an entry is not in it.
/// `progress` is called with (done, all) entries.
Result<EvidenceWritten> write_evidence(
    const Evidence& evidence, ledger::TileReader& capture, platform::FileSystem& files,
    const std::string& directory, const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

/// One record as a single file (`.strongroom-message`) that verifies given the archive id only: record `index` of the
/// batch at capture leaf `leaf`. It discloses that record, headers and governance objects; nobody else's content.
/// `not_found` if the evidence has no such record.
Result<Bytes> write_message_proof(const Evidence& evidence, std::uint64_t leaf, std::uint64_t index,
                                  ledger::TileReader& capture);

/// What convicts a device or a trustee as a file that verifies given the archive id only (conviction/conviction.h).
/// `charge` comes without archive, entries and provenance; `other` is of an equivocation. `conflict` if it convicts
/// nobody.
Result<Bytes> write_conviction(const Evidence& evidence, conviction::Conviction charge,
                               const EvidenceEntry& entry, const EvidenceEntry* other,
                               ledger::TileReader& capture);

}  // namespace strongroom::exports
