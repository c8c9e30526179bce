#include "envelope/header.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace strongroom::envelope {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::byte kEmptyMap{0xA0};

Result<void> version(cbor::Reader& r) {
  if (TRY(r.uint()) != kVersion) return r.error(ErrorCode::unsupported, "unknown suite version");
  return {};
}

}  // namespace

std::string_view name_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::open: return "open";
    case EntryKind::batch: return "batch";
    case EntryKind::heartbeat: return "heartbeat";
    case EntryKind::close: return "close";
    case EntryKind::retire: return "retire";
    case EntryKind::lost: return "lost";
  }
  return "unknown";
}

Bytes encode(const Header& h) {
  cbor::Writer w;
  w.array(14).text("header").uint(kVersion).uint(static_cast<std::uint64_t>(h.kind));
  w.bytes(h.device)
      .bytes(h.incarnation)
      .uint(h.sequence)
      .bytes(h.previous)
      .uint(h.device_time_ms)
      .bytes(h.blind);
  w.raw(h.part).uint(h.body_bytes).bytes(h.body_sha256).bytes(h.body_sha512);
  if (h.extensions.empty()) {
    w.raw({&kEmptyMap, 1});
  } else {
    w.raw(h.extensions);
  }
  return w.take();
}

Result<Header> decode_header(BytesView content) {
  cbor::Reader r(content);
  TRY(r.array(14));
  TRY(r.label("header"));
  TRY(version(r));
  Header h;
  const std::uint64_t kind = TRY(r.uint());
  if (kind < 1 || kind > 6) return r.error(ErrorCode::unsupported, "unknown kind of entry");
  h.kind = static_cast<EntryKind>(kind);
  h.device = TRY(r.array_bytes<16>());
  h.incarnation = TRY(r.array_bytes<16>());
  h.sequence = TRY(r.uint());
  h.previous = TRY(r.array_bytes<32>());
  h.device_time_ms = TRY(r.uint());
  h.blind = TRY(r.array_bytes<32>());
  h.part = copy_of(TRY(r.item()));
  h.body_bytes = TRY(r.uint_max(kBodyBytesMax));
  h.body_sha256 = TRY(r.array_bytes<32>());
  h.body_sha512 = TRY(r.array_bytes<64>());
  if (TRY(r.peek()) != cbor::Type::map) return r.error(ErrorCode::malformed, "extensions must be a map");
  const BytesView extensions = TRY(r.item());
  if (extensions.size() > 1) h.extensions = copy_of(extensions);
  TRY(r.end());
  return h;
}

Result<SignedHeader> decode_signed_header(BytesView bytes) {
  SignedHeader out;
  out.object = TRY(decode_object(bytes, "header", kHeaderBytesMax));
  out.header = TRY_IN("header", decode_header(out.object.content));
  out.hash = crypto::sha256(out.object.content);
  out.bytes = copy_of(bytes);
  if (out.object.signers.size() != 1 || !equal(out.object.signers[0].id, out.header.device))
    return fail(ErrorCode::malformed, "a header must carry exactly its device's signatures");
  return out;
}

crypto::SignaturePolicy signature_policy(EntryKind kind) {
  return kind == EntryKind::open || kind == EntryKind::retire ? crypto::SignaturePolicy::both
                                                              : crypto::SignaturePolicy::ed25519_only;
}

Result<void> verify_header(const SignedHeader& header, const crypto::SigningPublic& device_key) {
  return verify_signer(header.object, header.header.device, device_key, signature_policy(header.header.kind));
}

Result<void> check_body(const Header& header, BytesView body, BodyCheck check) {
  if (body.size() != header.body_bytes)
    return fail(ErrorCode::corrupt, "the body has another length than its header says");
  if (crypto::sha256(body) != header.body_sha256)
    return fail(ErrorCode::corrupt, "the body is not the one its header names");
  if (check == BodyCheck::both && crypto::sha512(body) != header.body_sha512)
    return fail(ErrorCode::corrupt, "the body does not match the header's SHA-512");
  return {};
}

Hash256 folder_id(BytesView core) { return crypto::sha256(core); }

}  // namespace strongroom::envelope
