#include "conviction/conviction.h"

#include "codec/cbor.h"
#include "envelope/body.h"

namespace strongroom::conviction {
namespace {

constexpr std::size_t kItems = 2 + 2 + 2 + 2 + 3 + 3 + verify::kProvenanceItems;
constexpr std::size_t kSharesMax = 255;

Result<LoggedBytes> get_entry(cbor::Reader& r) {
  LoggedBytes out;
  out.header = TRY(verify::get_bytes(r, envelope::kHeaderBytesMax));
  out.proof = TRY(verify::get_proof(r));
  return out;
}

Result<std::vector<ShownShare>> get_shares(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kSharesMax) return r.error(ErrorCode::limit_exceeded, "too many shares");
  std::vector<ShownShare> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    ShownShare share;
    share.position = static_cast<std::uint32_t>(TRY(r.uint_max(kSharesMax - 1)));
    share.share = TRY(r.array_bytes<32>());
    if (!out.empty() && out.back().position >= share.position)
      return r.error(ErrorCode::malformed, "the shares are not in order");
    out.push_back(share);
  }
  return out;
}

Result<Charge> get_charge(cbor::Reader& r) {
  const std::uint64_t charge = TRY(r.uint());
  if (charge < 1 || charge > 3) return r.error(ErrorCode::unsupported, "an unknown charge");
  return static_cast<Charge>(charge);
}

}  // namespace

std::string_view name_of(Charge charge) {
  switch (charge) {
    case Charge::dealing: return "dealing";
    case Charge::grant: return "grant";
    case Charge::equivocation: return "equivocation";
  }
  return "unknown";
}

Bytes encode(const Conviction& c) {
  cbor::Writer w;
  w.array(kItems).text("conviction").uint(1).uint(static_cast<std::uint64_t>(c.charge)).bytes(c.archive);
  w.bytes(c.entry.header).text(c.entry.proof).bytes(c.other.header).text(c.other.proof);
  w.bytes(c.share_set).bytes(c.lot_keys.empty() ? Bytes{} : roster::encode(c.lot_keys)).uint(c.quorum);
  w.array(c.shares.size());
  for (const ShownShare& share : c.shares) w.array(2).uint(share.position).bytes(share.share);
  w.bytes(c.grant).array(2).bytes(c.request).bytes(c.request_salt);
  verify::put_provenance(w, c.provenance);
  return verify::with_version(w.take());
}

Result<Conviction> decode_conviction(BytesView bytes) {
  cbor::Reader r(TRY(verify::after_version(bytes, kConvictionBytesMax)));
  TRY(r.array(kItems));
  TRY(r.label("conviction"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "another version of convictions");
  Conviction c;
  c.charge = TRY(get_charge(r));
  c.archive = TRY(r.array_bytes<32>());
  c.entry = TRY(get_entry(r));
  c.other = TRY(get_entry(r));
  c.share_set = TRY(verify::get_bytes(r, envelope::kBodyBytesMax));
  const Bytes lot_keys = TRY(verify::get_bytes(r, envelope::kBodyBytesMax));
  if (!lot_keys.empty()) c.lot_keys = TRY(roster::decode_lot_key_set(lot_keys));
  if (!lot_keys.empty() && c.lot_keys.empty())
    return r.error(ErrorCode::malformed, "a set of no keys is written as nothing");
  c.quorum = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
  c.shares = TRY(get_shares(r));
  c.grant = TRY(verify::get_bytes(r, roster::kGrantBytesMax));
  TRY(r.array(2));
  c.request = TRY(verify::get_bytes(r, roster::kRegisterObjectBytesMax));
  c.request_salt = TRY(r.array_bytes<32>());
  c.provenance = TRY(verify::get_provenance(r));
  TRY(r.end());
  return c;
}

}  // namespace strongroom::conviction
