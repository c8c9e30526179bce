#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "seal/seal.h"

namespace strongroom::seal {

struct BatchSealer::State {
  State(ByteArray<1120> enc_, const SecretBytes& batch_secret, const Hash256& folder_header_,
        const envelope::Incarnation& incarnation_, std::uint64_t sequence_)
      : enc(enc_),
        keys(batch_secret.reveal()),
        siv(keys.key(cbor::labelled("siv")).reveal()),
        commit(array_of<32>(keys.key(cbor::labelled("commit")).reveal())),
        folder_header(folder_header_),
        incarnation(incarnation_),
        sequence(sequence_) {}

  ByteArray<1120> enc;
  crypto::Hkdf keys;   ///< expands the batch secret
  crypto::Hmac siv;    ///< under HKDF(batch secret, "siv")
  Hash256 commit;
  Hash256 folder_header;
  envelope::Incarnation incarnation;
  std::uint64_t sequence;
  std::uint64_t next = 0;
};

BatchSealer::BatchSealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
BatchSealer::~BatchSealer() = default;
BatchSealer::BatchSealer(BatchSealer&&) noexcept = default;

Result<BatchSealer> BatchSealer::begin(const crypto::xwing::PublicKey& folder_key,
                                       const Hash256& folder_header, const envelope::Incarnation& incarnation,
                                       std::uint64_t sequence, platform::Entropy& entropy) {
  const Bytes info = envelope::hpke_info(envelope::Purpose::batch, folder_header, std::nullopt, std::nullopt,
                                         crypto::sha256(folder_key));
  const auto sender = TRY(crypto::hpke::setup_sender(folder_key, info, entropy.secret<64>()));
  const SecretBytes secret = sender.context.export_secret(bytes_of("batch"), 32);
  return BatchSealer(std::make_unique<State>(sender.enc, secret, folder_header, incarnation, sequence));
}

const ByteArray<1120>& BatchSealer::enc() const { return state_->enc; }
Hash256 BatchSealer::commit() const { return state_->commit; }

/// §3.6, in its order. Every HKDF, HMAC and AAD input is one labelled array (§1.9).
envelope::SealedRecord BatchSealer::seal(BytesView cbor) {
  const std::uint64_t i = state_->next++;
  const Bytes aad = envelope::record_aad(state_->folder_header, state_->incarnation, state_->sequence, i);
  envelope::SealedRecord out;

  const Secret<32> kf = state_->keys.key(cbor::labelled("frank", aad, BytesView(crypto::sha256(cbor))));
  out.frank = envelope::franking_tag(kf.reveal(), aad, cbor);

  const Bytes padded = compress_and_pad(cbor);
  out.siv = array_of<16>(state_->siv.of({cbor::labelled("siv", aad, padded)}));

  const Secret<32> key = state_->keys.key(cbor::labelled("record", i, BytesView(out.siv)));
  out.ciphertext = crypto::aead_seal(key, crypto::kZeroNonce, aad, padded);
  return out;
}

}  // namespace strongroom::seal
