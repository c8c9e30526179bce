/// X-Wing (draft-connolly-cfrg-xwing-kem §5): how the halves are joined. Public key = ML-KEM ‖ X25519,
/// ciphertext = ML-KEM ‖ ephemeral X25519.
#include "crypto/xwing.h"

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/openssl_kem_parts.h"
#include "crypto/xof.h"

namespace strongroom::crypto::xwing {
namespace {

using kem_parts::kMlKemCiphertextBytes;
using kem_parts::kMlKemPublicBytes;
using kem_parts::kMlKemSeedBytes;
using kem_parts::kX25519Bytes;

static_assert(kMlKemPublicBytes + kX25519Bytes == kPublicBytes);
static_assert(kMlKemCiphertextBytes + kX25519Bytes == kCiphertextBytes);

/// The combiner (§5.3): SHA3-256(ss_M ‖ ss_X ‖ ct_X ‖ pk_X ‖ label), the label being the bytes of \.//^\ .
Secret<32> combine(const Secret<32>& ml_kem, const Secret<32>& x25519, BytesView x_ciphertext,
                   BytesView x_public) {
  Hash256 digest = sha3_256(
      {ml_kem.reveal(), x25519.reveal(), x_ciphertext, x_public, bytes_of("\x5c\x2e\x2f\x2f\x5e\x5c")});
  Secret<32> shared = Secret<32>::copy_of(digest);
  wipe(digest);
  return shared;
}

/// SHAKE256(seed, 96) = d ‖ z (ML-KEM), then the X25519 key (§5.2).
SecretBytes expanded(const Secret<32>& seed) {
  SecretBytes out(kMlKemSeedBytes + kX25519Bytes);
  shake256(seed.reveal(), out.reveal_mutable());
  return out;
}

}  // namespace

struct PrivateKey::State {
  explicit State(const SecretBytes& expansion)
      : ml_kem(Secret<64>::copy_of(expansion.reveal().first<kMlKemSeedBytes>())),
        x25519(expansion.reveal().last(kX25519Bytes)) {
    ml_kem.public_key(MutableBytes(public_key).first(kMlKemPublicBytes));
    x25519.public_key(MutableBytes(public_key).last(kX25519Bytes));
  }
  kem_parts::MlKem768 ml_kem;
  kem_parts::X25519 x25519;
  PublicKey public_key{};
};

PrivateKey::PrivateKey(const Secret<32>& seed) : state_(std::make_unique<State>(expanded(seed))) {}
PrivateKey::~PrivateKey() = default;
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;

const PublicKey& PrivateKey::public_key() const { return state_->public_key; }

Secret<32> PrivateKey::decapsulate(const Ciphertext& ciphertext) const {
  const BytesView all = ciphertext;
  const BytesView x_ciphertext = all.last(kX25519Bytes);
  const Secret<32> from_ml_kem = state_->ml_kem.decapsulate(all.first(kMlKemCiphertextBytes));
  // A point of low order gives the all-zero secret, as the draft has it: no honest sender made it, and the
  // result is unrelated to any secret of one, because x_ciphertext goes into the combiner.
  Result<Secret<32>> agreed = state_->x25519.agree(x_ciphertext);
  const Secret<32> from_x25519 = agreed ? *std::move(agreed) : Secret<32>{};
  return combine(from_ml_kem, from_x25519, x_ciphertext, BytesView(state_->public_key).last(kX25519Bytes));
}

PublicKey public_from_seed(const Secret<32>& seed) { return PrivateKey(seed).public_key(); }

Result<Encapsulation> encapsulate(const PublicKey& key, const Secret<64>& randomness) {
  const BytesView all = key;
  const BytesView x_public = all.last(kX25519Bytes);
  Encapsulation made;
  const MutableBytes ciphertext = made.ciphertext;
  const Secret<32> m = Secret<32>::copy_of(randomness.reveal().first<32>());
  const Secret<32> from_ml_kem = TRY(kem_parts::ml_kem_768_encapsulate(
      all.first(kMlKemPublicBytes), m, ciphertext.first(kMlKemCiphertextBytes)));
  const kem_parts::X25519 ephemeral(randomness.reveal().last<32>());
  const MutableBytes x_ciphertext = ciphertext.last(kX25519Bytes);
  ephemeral.public_key(x_ciphertext);
  const Secret<32> from_x25519 = TRY(ephemeral.agree(x_public));
  made.shared = combine(from_ml_kem, from_x25519, x_ciphertext, x_public);
  return made;
}

}  // namespace strongroom::crypto::xwing
