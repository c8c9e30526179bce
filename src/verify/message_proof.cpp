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

Result<Bytes> get_bytes(cbor::Reader& r, std::size_t bytes_max) {
  const BytesView bytes = TRY(r.bytes());
  if (bytes.size() > bytes_max)
    return r.error(ErrorCode::limit_exceeded, "a part is larger than its kind may be");
  return copy_of(bytes);
}
Result<std::string> get_proof(cbor::Reader& r) {
  const std::string_view text = TRY(r.text());
  if (text.size() > ledger::kTlogProofBytesMax)
    return r.error(ErrorCode::limit_exceeded, "a tlog-proof is too long");
  return std::string(text);
}

constexpr std::size_t kObjectBytesMax = 4u << 20, kLinksMax = 1024;

/// The CBOR after the version byte.
Result<BytesView> after_version(BytesView bytes) {
  if (bytes.size() > kMessageProofBytesMax) return fail(ErrorCode::limit_exceeded, "the file is too large");
  if (bytes.empty()) return fail(ErrorCode::malformed, "the file is empty");
  if (bytes.front() != envelope::kSuiteVersion)
    return fail(ErrorCode::unsupported, "the file is of a version that this program does not know", {},
                "use a newer program");
  return bytes.subspan(1);
}

void put_links(cbor::Writer& w, const std::vector<RegisterLink>& links) {
  w.array(links.size());
  for (const RegisterLink& link : links) w.array(2).bytes(link.object).text(link.proof);
}
Result<std::vector<RegisterLink>> get_links(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kLinksMax) return r.error(ErrorCode::limit_exceeded, "too many rosters or keys");
  std::vector<RegisterLink> links;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    RegisterLink link;
    link.object = TRY(get_bytes(r, kObjectBytesMax));
    link.proof = TRY(get_proof(r));
    links.push_back(std::move(link));
  }
  return links;
}

Bytes with_version(Bytes cbor) {
  cbor.insert(cbor.begin(), envelope::kSuiteVersion);
  return cbor;
}

}  // namespace

Bytes encode(const MessageProof& p) {
  cbor::Writer w;
  w.array(2 + 1 + kRecordItems + 9).text("message-proof").uint(1).bytes(p.archive);
  put_record(w, p.record);
  w.bytes(p.batch_header).text(p.batch_proof).bytes(p.open_header).text(p.open_proof);
  w.bytes(p.enrolment).text(p.enrolment_proof).bytes(p.genesis);
  put_links(w, p.successors);
  put_links(w, p.later_keys);
  return with_version(w.take());
}

Result<MessageProof> decode_message_proof(BytesView bytes) {
  cbor::Reader r(TRY(after_version(bytes)));
  TRY(r.array(2 + 1 + kRecordItems + 9));
  TRY(r.label("message-proof"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "another version of message proofs");
  MessageProof p;
  p.archive = TRY(r.array_bytes<32>());
  p.record = TRY(get_record(r));
  p.batch_header = TRY(get_bytes(r, envelope::kHeaderBytesMax));
  p.batch_proof = TRY(get_proof(r));
  p.open_header = TRY(get_bytes(r, envelope::kHeaderBytesMax));
  p.open_proof = TRY(get_proof(r));
  p.enrolment = TRY(get_bytes(r, kObjectBytesMax));
  p.enrolment_proof = TRY(get_proof(r));
  p.genesis = TRY(get_bytes(r, kObjectBytesMax));
  p.successors = TRY(get_links(r));
  p.later_keys = TRY(get_links(r));
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
  cbor::Reader r(TRY(after_version(bytes)));
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
