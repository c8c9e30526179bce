#include "capture/matrix/megolm.h"

#include <algorithm>
#include <optional>

#include "capture/ciphers/ciphers.h"
#include "crypto/hash.h"
#include "crypto/signature.h"

namespace strongroom::capture::matrix {
namespace {

constexpr std::size_t kExportBytes = 1 + 4 + kRatchetBytes + 32;
constexpr std::size_t kPartBytes = 32;
constexpr std::size_t kMacBytes = 8;
constexpr std::size_t kSignatureBytes = 64;

/// R(to) = HMAC-SHA-256(R(from), to).
void rehash(SecretBytes& parts, std::size_t from, std::size_t to) {
  const std::byte seed{static_cast<unsigned char>(to)};
  crypto::Hmac hmac(parts.reveal().subspan(from * kPartBytes, kPartBytes));
  const Secret<32> next = hmac.secret_of({BytesView(&seed, 1)});
  std::ranges::copy(next.reveal(),
                    parts.reveal_mutable().begin() + static_cast<std::ptrdiff_t>(to * kPartBytes));
}

/// A number as protocol buffers write it.
Result<std::uint64_t> varint(BytesView bytes, std::size_t& at) {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 35 && at < bytes.size(); shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[at++]);
    out |= (byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return out;
  }
  return fail(ErrorCode::malformed, "a number in a message does not end");
}

struct Payload {
  std::optional<std::uint64_t> index;
  std::optional<BytesView> ciphertext;
};

Result<Payload> payload_of(BytesView bytes) {
  Payload out;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::uint64_t tag = TRY(varint(bytes, at));
    if (tag % 8 == 0) {
      const std::uint64_t value = TRY(varint(bytes, at));
      if (tag == 0x08) out.index = value;
      continue;
    }
    if (tag % 8 != 2) return fail(ErrorCode::malformed, "a message has a member of an unknown form");
    const std::uint64_t size = TRY(varint(bytes, at));
    if (size > bytes.size() - at) return fail(ErrorCode::malformed, "a message ends inside a member");
    if (tag == 0x12) out.ciphertext = bytes.subspan(at, size);
    at += size;
  }
  return out;
}

}  // namespace

Result<MegolmSession> MegolmSession::from_export(BytesView key) {
  if (key.size() != kExportBytes || key[0] != std::byte{1})
    return fail(ErrorCode::malformed, "this is no exported session key of version 1");
  MegolmSession out;
  out.first_index_ = read_be<std::uint32_t>(key.subspan(1, 4));
  out.first_ = {out.first_index_, SecretBytes::copy_of(key.subspan(5, kRatchetBytes))};
  out.latest_ = {out.first_index_, SecretBytes::copy_of(key.subspan(5, kRatchetBytes))};
  out.public_key_ = array_of<32>(key.subspan(5 + kRatchetBytes));
  return out;
}

void MegolmSession::advance(Ratchet& ratchet, std::uint32_t to) {
  for (std::size_t j = 0; j < 4; ++j) {
    const unsigned shift = static_cast<unsigned>(3 - j) * 8;
    std::uint32_t steps = ((to >> shift) - (ratchet.index >> shift)) & 0xFFu;
    if (steps == 0) {
      if (to >= ratchet.index) continue;
      steps = 0x100;
    }
    for (; steps > 1; --steps) rehash(ratchet.parts, j, j);
    for (std::size_t k = 4; k-- > j;) rehash(ratchet.parts, j, k);
    ratchet.index = to & (~std::uint32_t{0} << shift);
  }
}

Result<MegolmSession::Opened> MegolmSession::open(BytesView message) {
  if (message.size() < 1 + kMacBytes + kSignatureBytes || message[0] != std::byte{3})
    return fail(ErrorCode::malformed, "this is no Megolm message of version 3");
  const BytesView signed_part = message.first(message.size() - kSignatureBytes);
  if (!crypto::verify_ed25519(public_key_, signed_part, message.last(kSignatureBytes)))
    return fail(ErrorCode::unauthenticated, "the signature of a message does not hold");
  const BytesView body = signed_part.first(signed_part.size() - kMacBytes);
  const Payload payload = TRY(payload_of(body.subspan(1)));
  if (!payload.index || !payload.ciphertext || *payload.index > 0xFFFF'FFFFu)
    return fail(ErrorCode::malformed, "a message lacks its index or its ciphertext");
  const auto index = static_cast<std::uint32_t>(*payload.index);
  if (index < first_index_)
    return fail(ErrorCode::not_found, "the key opens later messages of the session only");
  if (index < latest_.index) latest_ = {first_.index, SecretBytes::copy_of(first_.parts.reveal())};
  advance(latest_, index);
  const Secret<32> prk = crypto::hkdf_extract({}, latest_.parts.reveal());
  SecretBytes keys(80);
  crypto::hkdf_expand(prk.reveal(), bytes_of("MEGOLM_KEYS"), keys.reveal_mutable());
  crypto::Hmac hmac(keys.reveal().subspan(32, 32));
  const Hash256 mac = hmac.of({body});
  if (!equal(BytesView(mac).first(kMacBytes), signed_part.last(kMacBytes)))
    return fail(ErrorCode::unauthenticated, "the authentication code of a message does not hold");
  Opened out;
  out.index = index;
  out.plaintext = TRY(ciphers::decrypt(ciphers::Mode::aes_256_cbc, keys.reveal().first(32),
                                       keys.reveal().last(16), *payload.ciphertext));
  return out;
}

}  // namespace strongroom::capture::matrix
