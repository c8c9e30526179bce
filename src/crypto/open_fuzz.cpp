// What was not sealed to a key does not open, whatever its bytes; shares that do not fit are refused.
// Limits: -max_len=4096 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "base/fuzz_input.h"
#include "crypto/aead.h"
#include "crypto/hpke.h"
#include "crypto/secret_sharing.h"

using namespace strongroom;
using namespace strongroom::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const xwing::PrivateKey key{Secret<32>()};
  FuzzInput input(data, size);
  const unsigned kind = input.byte();
  if (kind == 0) {
    // The only messages of this key are those of an empty info and these seeds.
    const auto opened = hpke::open(key, {}, input.rest());
    CHECK(!opened || input.rest().size() == xwing::kCiphertextBytes + opened->size() + kAeadTagBytes);
  } else if (kind == 1) {
    const auto opened = aead_open(Secret<32>(), kZeroNonce, {}, input.rest());
    if (opened) CHECK(equal(aead_seal(Secret<32>(), kZeroNonce, {}, opened->reveal()), input.rest()));
  } else if (kind == 2) {
    xwing::PublicKey public_key = array_of<xwing::kPublicBytes>(input.rest());
    static_cast<void>(hpke::seal(public_key, {}, bytes_of("content"), Secret<64>()));
  } else {
    std::vector<Share> shares;
    for (unsigned n = kind % 8; n > 0; --n) {
      Share share;
      share.x = static_cast<std::uint8_t>(input.byte());
      const BytesView y = input.piece();
      std::copy_n(y.begin(), std::min<std::size_t>(y.size(), 32), share.y.reveal_mutable().begin());
      shares.push_back(std::move(share));
    }
    if (const auto secret = combine_shares(shares)) {
      const auto again = share_at(shares, shares[0].x);
      CHECK(again && equal(again->reveal(), shares[0].y.reveal()));
    }
  }
  return 0;
}
