/// Signal Desktop's database file as SQLCipher 4 writes it, decrypted into an ordinary SQLite file in memory
/// (docs/decisions/sqlcipher.md). Pages of 4096 bytes, each: ciphertext | IV 16 | HMAC-SHA-512 64.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/parser.h"

namespace strongroom::capture::signal_desktop {

inline constexpr std::size_t kPageBytes = 4096;
/// The decrypted database stands in memory whole.
inline constexpr std::uint64_t kDatabaseBytesMax = 1536ull << 20;

/// Whole pages of noise from the first byte on.
bool looks_sealed(BytesView file);

/// The raw keys (32 bytes) in key files: 64 hex digits alone, after "key:", or as "key" of a config.json.
std::vector<SecretBytes> keys_in(const std::vector<GivenKey>& key_files);

/// What the pages are encrypted and authenticated with.
struct PageKeys {
  SecretBytes cipher, mac;
};
/// nullopt if the MAC of the first page does not fit the key.
std::optional<PageKeys> page_keys(BytesView file, const SecretBytes& key);

struct Plain {
  Bytes database;
  std::vector<std::uint64_t> bad_pages;  ///< from 1; their MAC does not fit; they are zeros
  std::uint64_t from_log = 0;  ///< pages taken from the write-ahead log
  bool log_unread = false;  ///< there is a log, and it is none of this database
};
/// `wal`: the file "db.sqlite-wal" beside it, or empty; its committed part is laid over the pages. `limit_exceeded`.
Result<Plain> decrypted(BytesView file, BytesView wal, const PageKeys& keys);

}  // namespace strongroom::capture::signal_desktop
