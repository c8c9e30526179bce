#include "base/check.h"
#include "crypto/hash.h"
#include "envelope/object_sign.h"
#include "seal/seal.h"

namespace strongroom::seal {

Bytes encode(const ChainState& s) {
  cbor::Writer w;
  w.array(7)
      .text("chain")
      .uint(1)
      .bytes(s.device)
      .bytes(s.incarnation)
      .uint(s.next_sequence)
      .bytes(s.previous);
  return w.uint(s.records_sealed).take();
}

Result<ChainState> decode_chain_state(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(7));
  TRY(r.label("chain"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown suite version");
  ChainState s;
  s.device = TRY(r.array_bytes<16>());
  s.incarnation = TRY(r.array_bytes<16>());
  s.next_sequence = TRY(r.uint());
  s.previous = TRY(r.array_bytes<32>());
  s.records_sealed = TRY(r.uint());
  TRY(r.end());
  return s;
}

Chain::Chain(ChainState state, const crypto::SigningKey& key, platform::Entropy& entropy,
             platform::Clock& clock)
    : state_(state), key_(key), entropy_(entropy), clock_(clock) {}

SealedEntry Chain::make(envelope::EntryKind kind, Bytes part, Bytes body, std::uint64_t records,
                        Bytes extensions) {
  CHECK(body.size() <= envelope::kBodyBytesMax);
  envelope::Header h;
  h.kind = kind;
  h.device = state_.device;
  h.incarnation = state_.incarnation;
  h.sequence = state_.next_sequence;
  h.previous = state_.previous;
  h.device_time_ms = clock_.now_ms();
  h.blind = entropy_.array<32>();
  h.part = std::move(part);
  h.body_bytes = body.size();
  h.body_sha256 = crypto::sha256(body);
  h.body_sha512 = crypto::sha512(body);
  h.extensions = std::move(extensions);
  envelope::SignedObject object{"header", envelope::encode(h), {}};
  envelope::add_signature(object, h.device, key_, envelope::signature_policy(kind));
  SealedEntry entry{kind, h.sequence, envelope::content_hash(object), envelope::encode(object),
                    std::move(body)};
  CHECK(entry.header.size() <= envelope::kHeaderBytesMax);
  ++state_.next_sequence;
  state_.previous = entry.header_hash;
  state_.records_sealed += records;
  return entry;
}

SealedEntry Chain::heartbeat(std::uint64_t interval_s) {
  return make(envelope::EntryKind::heartbeat,
              envelope::encode(envelope::HeartbeatPart{interval_s, state_.records_sealed}), {});
}

}  // namespace strongroom::seal
