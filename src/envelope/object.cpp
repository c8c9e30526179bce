#include "envelope/object.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace strongroom::envelope {
namespace {

constexpr std::size_t kSignersMax = 64;
constexpr std::size_t kSignerIdBytesMax = 64;

Result<std::vector<Signer>> get_signers(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kSignersMax) return r.error(ErrorCode::limit_exceeded, "an object has too many signers");
  std::vector<Signer> signers;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    Signer signer;
    signer.id = copy_of(TRY(r.bytes()));
    if (signer.id.size() > kSignerIdBytesMax)
      return r.error(ErrorCode::limit_exceeded, "a signer's id is too long");
    if (!signers.empty() && !(signers.back().id < signer.id))
      return r.error(ErrorCode::malformed, "signers repeat or are out of order");
    signer.signatures = TRY(crypto::get_signatures(r));
    signers.push_back(std::move(signer));
  }
  return signers;
}

}  // namespace

Bytes encode(const SignedObject& object) {
  cbor::Writer w;
  w.array(3).text(object.label).bytes(object.content).array(object.signers.size());
  for (const Signer& signer : object.signers) {
    w.array(2).bytes(signer.id);
    crypto::put_signatures(w, signer.signatures);
  }
  Bytes out;
  out.reserve(w.view().size() + 1);
  out.push_back(kSuiteVersion);
  append(out, w.view());
  return out;
}

Result<SignedObject> decode_object(BytesView bytes, std::string_view label, std::size_t bytes_max) {
  if (bytes.size() > bytes_max)
    return fail(ErrorCode::limit_exceeded,
                fmt::format("a '{}' object is larger than {} bytes", label, bytes_max));
  if (bytes.empty()) return fail(ErrorCode::malformed, fmt::format("a '{}' object is empty", label));
  if (bytes[0] != kSuiteVersion)
    return fail(ErrorCode::unsupported,
                fmt::format("a '{}' object of suite {}", label, std::to_integer<int>(bytes[0])), {},
                "this program knows suite 1 only; use a newer one");
  cbor::Reader r(bytes.subspan(1));
  TRY(r.array(3));
  SignedObject object;
  object.label = TRY(r.text());
  if (object.label != label)
    return fail(ErrorCode::malformed,
                fmt::format("a '{}' object was expected, this is a '{}'", label, object.label));
  object.content = copy_of(TRY(r.bytes()));
  object.signers = TRY(get_signers(r));
  TRY(r.end());
  return object;
}

Result<void> verify_signer(const SignedObject& object, BytesView signer, const crypto::SigningPublic& key,
                           crypto::SignaturePolicy policy) {
  const auto found =
      std::ranges::find_if(object.signers, [&](const Signer& s) { return equal(s.id, signer); });
  if (found == object.signers.end())
    return fail(ErrorCode::unauthenticated,
                fmt::format("the '{}' object is not signed by the one who must", object.label));
  return crypto::verify(key, policy, object.label, object.content, found->signatures);
}

Hash256 content_hash(const SignedObject& object) { return crypto::sha256(object.content); }

}  // namespace strongroom::envelope
