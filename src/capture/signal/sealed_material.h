/// Encrypted backups for tests and fuzzers, sealed here from the format's description.
#pragma once

#include <zlib.h>

#include <string>

#include "base/check.h"
#include "capture/ciphers/ciphers.h"
#include "capture/signal/keys.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal::material {

/// One block of AES is what counter mode makes of zeros.
inline Bytes aes_block(BytesView key, BytesView block) {
  return ciphers::decrypt(ciphers::Mode::aes_256_ctr, key, block, Bytes(16)).value();
}

/// AES-256-CBC with PKCS#7 padding.
inline Bytes cbc(BytesView key, BytesView iv, BytesView plain) {
  Bytes padded = copy_of(plain);
  const std::size_t pad = 16 - plain.size() % 16;
  padded.insert(padded.end(), pad, static_cast<std::byte>(pad));
  Bytes out, last = copy_of(iv);
  for (std::size_t at = 0; at < padded.size(); at += 16) {
    for (std::size_t i = 0; i < 16; ++i) last[i] ^= padded[at + i];
    last = aes_block(key, last);
    append(out, last);
  }
  return out;
}

inline Bytes mac_of(BytesView key, BytesView bytes) {
  return ciphers::HmacReader(ciphers::HmacReader::Hash::sha256, key).add(bytes).finish();
}

inline Bytes gzipped(std::string_view plain) {
  z_stream zlib{};
  CHECK(deflateInit2(&zlib, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(&zlib, static_cast<uLong>(plain.size())) + 64);
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  zlib.avail_in = static_cast<uInt>(plain.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

inline constexpr std::string_view kPool = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0000000000000000oooooooooooooooo";
inline constexpr ByteArray<16> kAci{std::byte{0x42}};

/// IV | ciphertext | MAC around what was compressed.
inline std::string sealed(BytesView compressed, const MessageKeys& keys) {
  const Hash256 noise = crypto::sha256(bytes_of("iv"));
  Bytes out = copy_of(BytesView(noise).first(16));
  append(out, cbc(keys.cipher.reveal(), BytesView(noise).first(16), compressed));
  append(out, mac_of(keys.mac.reveal(), out));
  return std::string(text_of(out));
}

inline MessageKeys keys_of(const SecretBytes* token = nullptr) {
  const SecretBytes key = backup_key_of(kPool);
  return message_keys(key, backup_id_of(key, kAci), token);
}

/// As `sealed`, of a plain stream and its padding.
inline std::string sealed_stream(std::string_view stream, std::size_t padding = 37) {
  Bytes compressed = gzipped(stream);
  compressed.resize(compressed.size() + padding);
  return sealed(compressed, keys_of());
}

}  // namespace strongroom::capture::signal::material
