#include "crypto/hpke.h"

#include <limits>

#include "base/check.h"
#include "crypto/aead.h"
#include "crypto/aead_parts.h"
#include "crypto/hash.h"
#include "crypto/hpke_schedule.h"

namespace strongroom::crypto::hpke {
namespace {

AeadCipher cipher_of(Aead aead) {
  CHECK(aead != Aead::export_only);
  return aead == Aead::aes_256_gcm ? AeadCipher::aes_256_gcm : AeadCipher::chacha20_poly1305;
}

Bytes suite_of(Aead aead) { return suite_id(kKemXWing, static_cast<std::uint16_t>(aead)); }

}  // namespace

Bytes suite_id(std::uint16_t kem, std::uint16_t aead) {
  Bytes id = copy_of(bytes_of("HPKE"));
  append_u16(id, kem);
  append_u16(id, kKdfHkdfSha256);
  append_u16(id, aead);
  return id;
}

Secret<32> labelled_extract(BytesView suite, BytesView salt, std::string_view label, BytesView ikm) {
  return Hmac(salt).secret_of({bytes_of("HPKE-v1"), suite, bytes_of(label), ikm});
}

void labelled_expand(BytesView suite, const Secret<32>& prk, std::string_view label, BytesView info,
                     MutableBytes out) {
  CHECK(out.size() <= std::numeric_limits<std::uint16_t>::max());
  Bytes labelled;
  append_u16(labelled, static_cast<std::uint16_t>(out.size()));
  append(labelled, bytes_of("HPKE-v1"));
  append(labelled, suite);
  append(labelled, bytes_of(label));
  append(labelled, info);
  hkdf_expand(prk.reveal(), labelled, out);
}

/// RFC 9180 §5.1, mode 0: no pre-shared key, so psk and psk_id are empty.
Schedule key_schedule(BytesView suite, const Secret<32>& shared, BytesView info) {
  const Secret<32> psk_id_hash = labelled_extract(suite, {}, "psk_id_hash", {});
  const Secret<32> info_hash = labelled_extract(suite, {}, "info_hash", info);
  Bytes context{std::byte{0}};  // mode_base
  append(context, psk_id_hash.reveal());
  append(context, info_hash.reveal());
  const Secret<32> secret = labelled_extract(suite, shared.reveal(), "secret", {});
  Schedule out;
  labelled_expand(suite, secret, "key", context, out.key.reveal_mutable());
  labelled_expand(suite, secret, "base_nonce", context,
                  out.base_nonce.reveal_mutable().first<kAeadNonceBytes>());
  labelled_expand(suite, secret, "exp", context, out.exporter.reveal_mutable());
  return out;
}

Context::Context(const Secret<32>& shared, BytesView info, Aead aead) : aead_(aead) {
  Schedule schedule = key_schedule(suite_of(aead), shared, info);
  key_ = std::move(schedule.key);
  base_nonce_ = std::move(schedule.base_nonce);
  exporter_ = std::move(schedule.exporter);
}

/// RFC 9180 §5.2: base nonce XOR big-endian sequence number.
ByteArray<12> Context::nonce() const {
  ByteArray<12> out = array_of<12>(base_nonce_.reveal());
  for (std::size_t i = 0; i < 8; ++i) out[11 - i] ^= static_cast<std::byte>(sequence_ >> (8 * i));
  return out;
}

Bytes Context::seal(BytesView aad, BytesView plaintext) {
  Bytes out(plaintext.size() + kAeadTagBytes);
  aead_seal_into(cipher_of(aead_), key_.reveal(), nonce(), aad, plaintext, out);
  ++sequence_;
  return out;
}

Result<SecretBytes> Context::open(BytesView aad, BytesView ciphertext) {
  if (ciphertext.size() < kAeadTagBytes) return aead_refused();
  SecretBytes out(ciphertext.size() - kAeadTagBytes);
  if (!aead_open_into(cipher_of(aead_), key_.reveal(), nonce(), aad, ciphertext, out.reveal_mutable())) {
    return aead_refused();
  }
  ++sequence_;
  return out;
}

SecretBytes Context::export_secret(BytesView context, std::size_t length) const {
  SecretBytes out(length);
  labelled_expand(suite_of(aead_), exporter_, "sec", context, out.reveal_mutable());
  return out;
}

Result<Sender> setup_sender(const xwing::PublicKey& recipient, BytesView info, const Secret<64>& randomness,
                            Aead aead) {
  const xwing::Encapsulation made = TRY(xwing::encapsulate(recipient, randomness));
  return Sender{made.ciphertext, Context(made.shared, info, aead)};
}

Context setup_recipient(const xwing::PrivateKey& recipient, const xwing::Ciphertext& enc, BytesView info,
                        Aead aead) {
  return Context(recipient.decapsulate(enc), info, aead);
}

Result<Bytes> seal(const xwing::PublicKey& recipient, BytesView info, BytesView plaintext,
                   const Secret<64>& randomness) {
  Sender sender = TRY(setup_sender(recipient, info, randomness));
  Bytes out = copy_of(sender.enc);
  append(out, sender.context.seal({}, plaintext));
  return out;
}

Result<SecretBytes> open(const xwing::PrivateKey& recipient, BytesView info, BytesView sealed) {
  if (sealed.size() < xwing::kCiphertextBytes + kAeadTagBytes) {
    return fail(ErrorCode::malformed, "the sealed bytes are shorter than an encapsulation and a tag");
  }
  const auto enc = array_of<xwing::kCiphertextBytes>(sealed);
  return setup_recipient(recipient, enc, info).open({}, sealed.subspan(xwing::kCiphertextBytes));
}

}  // namespace strongroom::crypto::hpke
