#include "envelope/body.h"

#include <bit>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "ledger/tree.h"

namespace strongroom::envelope {
namespace {

constexpr std::size_t kSharesMax = 4096;
constexpr std::size_t kRecordBytesLeast = 256 + 16;  // the smallest padded plaintext and its tag

void put_share(cbor::Writer& w, const SealedShare& s) {
  w.array(4).uint(s.quorum).uint(s.position).bytes(s.commitment).bytes(s.sealed);
}

}  // namespace

Bytes encode(const ShareSet& shares) {
  cbor::Writer w;
  w.array(3).text("shares").uint(1).array(shares.size());
  for (const SealedShare& s : shares) put_share(w, s);
  return w.take();
}

Result<ShareSet> decode_share_set(BytesView body) {
  cbor::Reader r(body);
  TRY(r.array(3));
  TRY(r.label("shares"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown suite version");
  const std::size_t count = TRY(r.array());
  if (count > kSharesMax) return r.error(ErrorCode::limit_exceeded, "a share set has too many shares");
  ShareSet shares;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(4));
    SealedShare s;
    s.quorum = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
    s.position = static_cast<std::uint32_t>(TRY(r.uint_max(254)));
    s.commitment = TRY(r.array_bytes<32>());
    s.sealed = TRY(r.array_bytes<kSealedShareBytes>());
    if (!shares.empty() &&
        std::pair(shares.back().quorum, shares.back().position) >= std::pair(s.quorum, s.position))
      return r.error(ErrorCode::malformed, "shares repeat or are out of order");
    shares.push_back(s);
  }
  TRY(r.end());
  return shares;
}

Hash256 share_root(const ShareSet& shares) {
  std::vector<Hash256> leaves;
  leaves.reserve(shares.size());
  for (const SealedShare& s : shares) {
    cbor::Writer w;
    put_share(w, s);
    leaves.push_back(ledger::leaf_hash(w.view()));
  }
  return ledger::root_of_leaves(leaves);
}

Bytes encode(const BatchBody& records) {
  cbor::Writer w;
  w.array(3).text("batch").uint(1).array(records.size());
  for (const SealedRecord& r : records) w.array(3).bytes(r.siv).bytes(r.frank).bytes(r.ciphertext);
  return w.take();
}

Result<BatchBody> decode_batch_body(BytesView body) {
  cbor::Reader r(body);
  TRY(r.array(3));
  TRY(r.label("batch"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown suite version");
  const std::size_t count = TRY(r.array());
  BatchBody records;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    SealedRecord record;
    record.siv = TRY(r.array_bytes<16>());
    record.frank = TRY(r.array_bytes<32>());
    record.ciphertext = copy_of(TRY(r.bytes()));
    if (record.ciphertext.size() < kRecordBytesLeast)
      return r.error(ErrorCode::malformed, "a sealed record is too short");
    records.push_back(std::move(record));
  }
  TRY(r.end());
  return records;
}

Bytes record_leaf(const SealedRecord& record) {
  Bytes out;
  out.reserve(16 + 32 + 32);
  append(out, record.siv);
  append(out, record.frank);
  append(out, crypto::sha256(record.ciphertext));
  return out;
}

Hash256 record_root(const BatchBody& records) {
  std::vector<Hash256> leaves;
  leaves.reserve(records.size());
  for (const SealedRecord& record : records) leaves.push_back(ledger::leaf_hash(record_leaf(record)));
  return ledger::root_of_leaves(leaves);
}

std::size_t padded_size(std::size_t n) {
  if (n <= 256) return 256;
  if (n <= 512) return 512;
  const auto e = static_cast<unsigned>(std::bit_width(n)) - 1;
  const auto s = static_cast<unsigned>(std::bit_width(e));
  const std::size_t mask = (std::size_t{1} << (e - s)) - 1;
  return (n + mask) & ~mask;
}

Bytes record_aad(const Hash256& folder_header, const Incarnation& incarnation, std::uint64_t sequence,
                 std::uint64_t i) {
  return cbor::labelled("record", BytesView(folder_header), BytesView(incarnation), sequence, i);
}

Hash256 franking_tag(BytesView franking_key, BytesView aad, BytesView record_cbor) {
  return crypto::Hmac(franking_key).of({cbor::labelled("frank", aad, record_cbor)});
}

}  // namespace strongroom::envelope
