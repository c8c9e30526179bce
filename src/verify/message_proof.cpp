#include "verify/message_proof.h"

#include "codec/cbor.h"
#include "envelope/object.h"
#include "ledger/proof.h"

namespace strongroom::verify {
namespace {

void put_record(cbor::Writer& w, const RecordProof& p) {
  w.uint(p.index).bytes(p.cbor).bytes(p.franking_key).bytes(p.siv).bytes(p.frank).bytes(p.ciphertext);
  w.array(p.path.size());
  for (const Hash256& hash : p.path) w.bytes(hash);
}
constexpr std::size_t kRecordItems = 7;

Result<RecordProof> get_record(cbor::Reader& r) {
  RecordProof p;
  p.index = TRY(r.uint());
  p.cbor = copy_of(TRY(r.bytes()));
  if (p.cbor.size() > record::kRecordBytesMax)
    return r.error(ErrorCode::limit_exceeded, "the record is too large");
  p.franking_key = TRY(r.array_bytes<32>());
  p.siv = TRY(r.array_bytes<16>());
  p.frank = TRY(r.array_bytes<32>());
  p.ciphertext = TRY(r.array_bytes<32>());
  const std::size_t hashes = TRY(r.array());
  if (hashes > ledger::kProofHashesMax) return r.error(ErrorCode::limit_exceeded, "the path is too long");
  for (std::size_t i = 0; i < hashes; ++i) p.path.push_back(TRY(r.array_bytes<32>()));
  return p;
}

}  // namespace

Bytes encode(const MessageProof& p) {
  cbor::Writer w;
  w.array(2 + 1 + kRecordItems + 4 + kProvenanceItems).text("message-proof").uint(1).bytes(p.archive);
  put_record(w, p.record);
  w.bytes(p.batch_header).text(p.batch_proof).bytes(p.open_header).text(p.open_proof);
  put_provenance(w, p.provenance);
  return with_version(w.take());
}

Result<MessageProof> decode_message_proof(BytesView bytes) {
  cbor::Reader r(TRY(after_version(bytes, kMessageProofBytesMax)));
  TRY(r.array(2 + 1 + kRecordItems + 4 + kProvenanceItems));
  TRY(r.label("message-proof"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "another version of message proofs");
  MessageProof p;
  p.archive = TRY(r.array_bytes<32>());
  p.record = TRY(get_record(r));
  p.batch_header = TRY(get_bytes(r, envelope::kHeaderBytesMax));
  p.batch_proof = TRY(get_proof(r));
  p.open_header = TRY(get_bytes(r, envelope::kHeaderBytesMax));
  p.open_proof = TRY(get_proof(r));
  p.provenance = TRY(get_provenance(r));
  TRY(r.end());
  return p;
}

Bytes encode_record_proof(const RecordProof& proof, const Hash256& batch_header) {
  cbor::Writer w;
  w.array(2 + 1 + kRecordItems).text("franking").uint(1).bytes(batch_header);
  put_record(w, proof);
  return with_version(w.take());
}

Result<NamedRecordProof> decode_record_proof(BytesView bytes) {
  cbor::Reader r(TRY(after_version(bytes, kMessageProofBytesMax)));
  TRY(r.array(2 + 1 + kRecordItems));
  TRY(r.label("franking"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "another version of franking proofs");
  NamedRecordProof out;
  out.batch_header = TRY(r.array_bytes<32>());
  out.proof = TRY(get_record(r));
  TRY(r.end());
  return out;
}

}  // namespace strongroom::verify
