/// The proofs that go with exported records: inclusion in the capture ledger, a record's place in its batch, and what
/// stands in the register (protocol §3.7). Private to src/exports.
#pragma once

#include <memory>
#include <string>

#include "envelope/body.h"
#include "exports/evidence.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/tree.h"
#include "verify/message_proof.h"
#include "verify/package_format.h"
#include "verify/register_reading.h"

namespace strongroom::exports {

/// tlog-proofs of capture entries under one checkpoint.
class CaptureProofs {
 public:
  /// `unauthenticated` if the tiles do not lead to the checkpoint. The reader outlives this.
  static Result<CaptureProofs> open(const std::string& checkpoint, ledger::TileReader& tiles);
  /// The proof of a signed header at `leaf`; `unauthenticated` if another entry stands there. In a package `extra` is
  /// the header's SHA-256, so that proof and header find each other.
  enum class Extra { none, header_name };
  Result<std::string> prove(std::uint64_t leaf, BytesView header, Extra extra);

 private:
  CaptureProofs(std::string checkpoint, ledger::AuthenticatedTiles tiles, const Hash256& root)
      : checkpoint_(std::move(checkpoint)), tiles_(std::move(tiles)), root_(root) {}
  std::string checkpoint_;
  ledger::AuthenticatedTiles tiles_;
  Hash256 root_;
};

/// The register of the evidence, cut at its checkpoint and replayed.
class RegisterProofs {
 public:
  static Result<RegisterProofs> open(const Evidence& evidence);
  const verify::RegisterReading& reading() const { return reading_; }
  /// The bytes of register.log up to the checkpoint.
  BytesView log() const { return log_; }
  BytesView object(std::uint64_t leaf) const { return items_[static_cast<std::size_t>(leaf)].object; }
  Result<std::string> prove(std::uint64_t leaf);

 private:
  explicit RegisterProofs(const Hash256& archive) : reading_(archive) {}
  verify::RegisterReading reading_;
  BytesView log_;
  std::vector<verify::RegisterItem> items_;
  ledger::MemoryTree tree_;
  std::string checkpoint_;
};

/// From the archive id to a device, with the keys that were in force at `leaf` of the capture ledger and before.
/// `not_found` if it is not enrolled.
Result<verify::Provenance> provenance_of(RegisterProofs& reg, const envelope::DeviceId& device,
                                         std::uint64_t leaf);

/// One record's proof; `body` is its batch's. `corrupt` if the body has no such record.
Result<verify::RecordProof> record_proof(const EvidenceRecord& record, const envelope::BatchBody& body);

}  // namespace strongroom::exports
