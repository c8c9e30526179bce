/// The HPKE key schedule (RFC 9180 §5.1) for base mode and HKDF-SHA256, with the KEM's number as a parameter so
/// that the official vectors of other KEMs can run. Private to src/crypto.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace strongroom::crypto::hpke {

inline constexpr std::uint16_t kKemXWing = 0x647a;
inline constexpr std::uint16_t kKdfHkdfSha256 = 0x0001;

/// "HPKE" ‖ KEM ‖ KDF ‖ AEAD.
Bytes suite_id(std::uint16_t kem, std::uint16_t aead);

/// RFC 9180 §4.
Secret<32> labelled_extract(BytesView suite, BytesView salt, std::string_view label, BytesView ikm);
void labelled_expand(BytesView suite, const Secret<32>& prk, std::string_view label, BytesView info,
                     MutableBytes out);

struct Schedule {
  Secret<32> key;
  Secret<32> base_nonce;  ///< the first 12 bytes are used
  Secret<32> exporter;
};
Schedule key_schedule(BytesView suite, const Secret<32>& shared, BytesView info);

}  // namespace strongroom::crypto::hpke
