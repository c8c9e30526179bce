/// One message, proved without opening anything else (protocol §3.7): a single file that verifies given the archive id
/// alone, also after the folder it lay in was disposed of. Format page: docs/formats/package.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/header.h"
#include "ledger/tree.h"
#include "record/record.h"
#include "verify/provenance.h"
#include "verify/report.h"

namespace strongroom::verify {

inline constexpr std::size_t kMessageProofBytesMax = 64u << 20;

/// What proves one record to belong to its batch; what a package keeps for each record, too.
struct RecordProof {
  std::uint64_t index = 0;  ///< i in its batch
  Bytes cbor;  ///< the record
  ByteArray<32> franking_key{};  ///< kf_i
  ByteArray<16> siv{};
  Hash256 frank{};
  Hash256 ciphertext{};  ///< SHA-256 of the sealed record
  ledger::Proof path;  ///< in the batch's record tree
  bool operator==(const RecordProof&) const = default;
};
struct MessageProof {
  Hash256 archive{};
  RecordProof record;
  Bytes batch_header, open_header;  ///< signed headers
  std::string batch_proof, open_proof;  ///< their tlog-proofs in the capture ledger
  Provenance provenance;
  bool operator==(const MessageProof&) const = default;
};

/// 0x01 ‖ deterministic CBOR.
Bytes encode(const MessageProof& proof);
/// `malformed`, `unsupported` for another version byte, `limit_exceeded`. Nothing is verified here.
Result<MessageProof> decode_message_proof(BytesView bytes);
/// The array of a RecordProof alone: 0x01 ‖ [ "franking", 1, ... ]; `batch_header` is the SHA-256 of the signed header.
Bytes encode_record_proof(const RecordProof& proof, const Hash256& batch_header);
struct NamedRecordProof {
  RecordProof proof;
  Hash256 batch_header{};
};
Result<NamedRecordProof> decode_record_proof(BytesView bytes);

/// The record is number `index` of the batch whose header this is, and its franking tag holds (§3.6).
Result<void> verify_record(const RecordProof& proof, const envelope::SignedHeader& batch);

/// What a message proof that holds says.
struct ProvenMessage {
  record::Record record;
  envelope::DeviceId device{};
  std::uint64_t sealed_ms = 0;  ///< by the device's clock
  std::uint64_t leaf = 0;  ///< of the batch, in the capture ledger
  std::uint64_t witness_time_s = 0;  ///< not later than this it was in the ledger
  std::uint64_t enrolled_s = 0;
  std::uint64_t rosters = 0;  ///< length of the chain from the genesis
  std::uint64_t later_keys = 0;  ///< how often the device's key had been replaced before
};
/// Every link from the archive id down to the record. `unauthenticated` names the first that does not hold.
Result<ProvenMessage> verify_message(const MessageProof& proof, const Hash256& archive);

/// Plain sentences: what is proved, and what is not. The text of the message is never in it.
std::string report_text(const ProvenMessage& proven);
std::string report_json(const ProvenMessage& proven);

}  // namespace strongroom::verify
