// The content of a keystore as somebody with the passphrase could have written it: what opens is sealed to the same
// bytes again.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "keystore/keystore_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  using namespace strongroom::keystore;
  static const Secret<32> master;
  static const ByteArray<32> salt{};
  static const Secret<32> key =
      crypto::Hkdf(master.reveal()).key(cbor::labelled("keystore-content", BytesView(salt)));
  static const Bytes head = cbor::Writer().array(4).text("keystore").uint(1).array(0).bytes(salt).take();
  file::Frame frame;
  frame.ciphertext = crypto::aead_seal(key, crypto::kZeroNonce, head, std::as_bytes(std::span(data, size)));
  if (const auto secrets = file::open(master, frame))
    CHECK(equal(file::seal(master, {}, salt, *secrets), file::encode(frame)));
  return 0;
}
