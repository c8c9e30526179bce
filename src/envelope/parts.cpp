// The kind-specific parts of headers, and the folder core (protocol §3.1, §3.3).
#include <fmt/format.h>

#include "codec/cbor.h"
#include "envelope/header.h"

namespace strongroom::envelope {
namespace {

constexpr std::size_t kDealingsMax = 16;

Result<void> begin(cbor::Reader& r, std::size_t items, std::string_view label) {
  TRY(r.array(items));
  TRY(r.label(label));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown suite version");
  return {};
}

cbor::Writer begin(std::size_t items, std::string_view label) {
  cbor::Writer w;
  w.array(items).text(label).uint(1);
  return w;
}

Result<std::uint32_t> get_u32(cbor::Reader& r) {
  return static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
}

Result<std::vector<Dealing>> get_dealings(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count == 0 || count > kDealingsMax)
    return r.error(ErrorCode::limit_exceeded, "a folder has no dealing or too many");
  std::vector<Dealing> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(4));
    Dealing d;
    d.quorum = TRY(get_u32(r));
    d.k = static_cast<std::uint32_t>(TRY(r.uint_max(255)));
    d.n = static_cast<std::uint32_t>(TRY(r.uint_max(255)));
    d.mode = TRY(get_u32(r));
    if (d.k < 1 || d.k > d.n) return r.error(ErrorCode::malformed, "a dealing's k and n make no sense");
    if (d.mode != 1) return r.error(ErrorCode::unsupported, "unknown dealing mode");
    if (!out.empty() && out.back().quorum >= d.quorum)
      return r.error(ErrorCode::malformed, "dealings repeat or are out of order");
    out.push_back(d);
  }
  return out;
}

}  // namespace

Bytes encode(const Core0& c) {
  cbor::Writer w = begin(17, "core0");
  w.bytes(c.archive)
      .bytes(c.roster)
      .bytes(c.lot_key_set)
      .bytes(c.device)
      .bytes(c.device_key)
      .bytes(c.incarnation);
  w.uint(c.retention_class);
  put_lot(w, c.lot);
  w.uint(static_cast<std::uint64_t>(c.mode)).uint(c.day).uint(c.days).bytes(c.blind).array(c.dealings.size());
  for (const Dealing& d : c.dealings) w.array(4).uint(d.quorum).uint(d.k).uint(d.n).uint(d.mode);
  put_tree_head(w, c.register_seen);
  put_tree_head(w, c.capture_seen);
  return w.take();
}

Result<Core0> decode_core0(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(begin(r, 17, "core0"));
  Core0 c;
  c.archive = TRY(r.array_bytes<32>());
  c.roster = TRY(r.array_bytes<32>());
  c.lot_key_set = TRY(r.array_bytes<32>());
  c.device = TRY(r.array_bytes<16>());
  c.device_key = TRY(r.array_bytes<32>());
  c.incarnation = TRY(r.array_bytes<16>());
  c.retention_class = TRY(get_u32(r));
  c.lot = TRY(get_lot(r));
  const std::uint64_t mode = TRY(r.uint());
  if (mode < 1 || mode > 3) return r.error(ErrorCode::unsupported, "unknown capture mode");
  c.mode = static_cast<CaptureMode>(mode);
  c.day = static_cast<std::uint32_t>(TRY(r.uint_max(4'000'000)));
  c.days = static_cast<std::uint32_t>(TRY(r.uint_max(366)));
  c.blind = TRY(r.array_bytes<32>());
  c.dealings = TRY(get_dealings(r));
  c.register_seen = TRY(get_tree_head(r));
  c.capture_seen = TRY(get_tree_head(r));
  TRY(r.end());
  return c;
}

Bytes encode(const Core& c) {
  cbor::Writer w = begin(4, "core");
  w.bytes(encode(c.core0)).bytes(c.public_key);
  return w.take();
}

Result<Core> decode_core(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(begin(r, 4, "core"));
  Core c;
  c.core0 = TRY_IN("core0", decode_core0(TRY(r.bytes())));
  c.public_key = TRY(r.array_bytes<1216>());
  TRY(r.end());
  return c;
}

Bytes encode(const OpenPart& p) {
  cbor::Writer w = begin(4, "open");
  w.bytes(p.core).bytes(p.share_root);
  return w.take();
}

Result<OpenPart> decode_open(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 4, "open"));
  OpenPart p;
  p.core = copy_of(TRY(r.bytes()));
  TRY_IN("core", decode_core(p.core));
  p.share_root = TRY(r.array_bytes<32>());
  TRY(r.end());
  return p;
}

Bytes encode(const BatchPart& p) {
  cbor::Writer w = begin(7, "batch-part");
  w.bytes(p.folder_header).bytes(p.enc).bytes(p.commit).uint(p.records).bytes(p.record_root);
  return w.take();
}

Result<BatchPart> decode_batch_part(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 7, "batch-part"));
  BatchPart p;
  p.folder_header = TRY(r.array_bytes<32>());
  p.enc = TRY(r.array_bytes<1120>());
  p.commit = TRY(r.array_bytes<32>());
  p.records = TRY(r.uint_max(kBodyBytesMax));
  p.record_root = TRY(r.array_bytes<32>());
  TRY(r.end());
  return p;
}

Bytes encode(const HeartbeatPart& p) {
  return begin(4, "heartbeat").uint(p.interval_s).uint(p.records_sealed).take();
}

Result<HeartbeatPart> decode_heartbeat(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 4, "heartbeat"));
  HeartbeatPart p;
  p.interval_s = TRY(r.uint());
  p.records_sealed = TRY(r.uint());
  TRY(r.end());
  return p;
}

Bytes encode(const ClosePart& p) {
  return begin(5, "close").bytes(p.folder_header).uint(p.batches).uint(p.records).take();
}

Result<ClosePart> decode_close(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 5, "close"));
  ClosePart p;
  p.folder_header = TRY(r.array_bytes<32>());
  p.batches = TRY(r.uint());
  p.records = TRY(r.uint());
  TRY(r.end());
  return p;
}

Bytes encode(const RetirePart& p) { return begin(3, "retire").uint(p.reason).take(); }

Result<RetirePart> decode_retire(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 3, "retire"));
  RetirePart p;
  p.reason = TRY(r.uint());
  TRY(r.end());
  return p;
}

Bytes encode(const LostPart& p) { return begin(4, "lost").uint(p.reason).uint(p.entries).take(); }

Result<LostPart> decode_lost(BytesView part) {
  cbor::Reader r(part);
  TRY(begin(r, 4, "lost"));
  LostPart p;
  p.reason = TRY(r.uint());
  p.entries = TRY(r.uint());
  TRY(r.end());
  return p;
}

}  // namespace strongroom::envelope
