/// Databases for tests and fuzzers: made by SQLite, sealed here as SQLCipher's documentation says.
#pragma once

#include <string>

#include "capture/database/test_database.h"
#include "capture/signal/sealed_material.h"
#include "capture/signal_desktop/sealed_database.h"

namespace strongroom::capture::signal_desktop::material {

inline constexpr std::string_view kKeyHex =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

inline PageKeys page_keys_for(BytesView salt) {
  const Bytes key = codec::from_hex(kKeyHex).value();
  Bytes masked = copy_of(salt);
  for (std::byte& b : masked) b ^= std::byte{0x3A};
  return {SecretBytes::copy_of(key),
          ciphers::pbkdf2(ciphers::Pbkdf2Hash::sha512, key, masked, 2, 32).value()};
}

/// `plain` has 80 unused bytes at the end of each page.
inline Bytes sealed(BytesView plain, std::string_view noise = "salt") {
  const Hash256 random = crypto::sha256(bytes_of(noise));
  const BytesView salt = BytesView(random).first(16);
  const PageKeys keys = page_keys_for(salt);
  Bytes out;
  for (std::size_t at = 0; at < plain.size(); at += kPageBytes) {
    const std::size_t start = at == 0 ? 16 : 0;
    const auto number = static_cast<std::uint32_t>(at / kPageBytes + 1);
    Bytes iv = copy_of(BytesView(random).last(16));
    iv[0] ^= static_cast<std::byte>(number);
    // One whole number of blocks: the padding block that `cbc` adds is dropped.
    Bytes body =
        signal::material::cbc(keys.cipher.reveal(), iv, plain.subspan(at + start, kPageBytes - 80 - start));
    body.resize(kPageBytes - 80 - start);
    append(body, iv);
    Bytes little;
    for (int shift = 0; shift < 32; shift += 8) little.push_back(static_cast<std::byte>(number >> shift));
    ciphers::HmacReader mac(ciphers::HmacReader::Hash::sha512, keys.mac.reveal());
    const Bytes tag = mac.add(body).add(little).finish();
    if (at == 0) append(out, salt);
    append(out, body);
    append(out, tag);
  }
  return out;
}

/// The bytes of a database that leaves room in its pages.
inline Bytes database_with_room(const std::string& sql) {
  sqlite3* handle = nullptr;
  CHECK(sqlite3_open(":memory:", &handle) == SQLITE_OK);
  int reserve = 80;
  CHECK(sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, "PRAGMA page_size=4096; VACUUM;", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_int64 size = 0;
  unsigned char* image = sqlite3_serialize(handle, "main", &size, 0);
  CHECK(image != nullptr && image[20] == 80);
  const auto* begin = reinterpret_cast<const std::byte*>(image);
  Bytes out(begin, begin + size);
  sqlite3_free(image);
  sqlite3_close(handle);
  return out;
}

}  // namespace strongroom::capture::signal_desktop::material
