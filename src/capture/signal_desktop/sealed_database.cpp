#include "capture/signal_desktop/sealed_database.h"

#include <algorithm>
#include <array>
#include <map>

#include "capture/ciphers/ciphers.h"
#include "codec/text.h"

namespace strongroom::capture::signal_desktop {
namespace {

constexpr std::size_t kSaltBytes = 16, kIvBytes = 16, kMacBytes = 64;
constexpr std::size_t kReserve = kIvBytes + kMacBytes;
constexpr std::size_t kLogHeader = 32, kFrameHeader = 24;
constexpr std::string_view kPlainStart{"SQLite format 3\0", 16};
constexpr std::size_t kKeysMax = 16;

std::uint32_t big_endian(BytesView bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | std::to_integer<std::uint32_t>(bytes[i]);
  return out;
}

/// The first page begins with the salt, which is not encrypted.
std::size_t start_of(std::uint64_t number) { return number == 1 ? kSaltBytes : 0; }

bool mac_fits(BytesView page, std::uint64_t number, const PageKeys& keys) {
  const std::size_t start = start_of(number);
  std::array<std::byte, 4> little{};
  for (std::size_t i = 0; i < 4; ++i) little[i] = static_cast<std::byte>(number >> (8 * i));
  ciphers::HmacReader reader(ciphers::HmacReader::Hash::sha512, keys.mac.reveal());
  reader.add(page.subspan(start, kPageBytes - kMacBytes - start)).add(little);
  return equal_constant_time(reader.finish(), page.last(kMacBytes));
}

/// Writes the page's content to `out` (of a page's size, zeros); false if its MAC does not fit.
Result<bool> open_page(BytesView page, std::uint64_t number, const PageKeys& keys, MutableBytes out) {
  if (!mac_fits(page, number, keys)) return false;
  const std::size_t start = start_of(number);
  const Bytes plain = TRY(ciphers::decrypt(ciphers::Mode::aes_256_cbc_unpadded, keys.cipher.reveal(),
                                           page.subspan(kPageBytes - kReserve, kIvBytes),
                                           page.subspan(start, kPageBytes - kReserve - start)));
  if (number == 1) std::ranges::copy(bytes_of(kPlainStart), out.begin());
  std::ranges::copy(plain, out.begin() + static_cast<std::ptrdiff_t>(start));
  return true;
}

/// The checksum of a write-ahead log (sqlite.org/fileformat2.html §4.2), over words of the order its magic names.
struct Checksum {
  std::uint32_t a = 0, b = 0;
  bool big = false;
  void add(BytesView bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      a += word(bytes.subspan(at)) + b;
      b += word(bytes.subspan(at + 4)) + a;
    }
  }
  std::uint32_t word(BytesView bytes) const {
    const std::uint32_t out = big_endian(bytes);
    return big ? out : __builtin_bswap32(out);
  }
};

struct LogFrames {
  std::map<std::uint32_t, BytesView> pages;  ///< the newest committed of each number
  std::uint32_t database_pages = 0;  ///< after the last commit; 0 = nothing committed
};

/// The committed part of the log; nothing of one that belongs to another database or is cut before its first commit.
LogFrames committed(BytesView wal) {
  LogFrames out, open;
  if (wal.size() < kLogHeader) return out;
  const std::uint32_t magic = big_endian(wal);
  if ((magic & ~1u) != 0x377f0682 || big_endian(wal.subspan(8)) != kPageBytes) return out;
  Checksum sum{0, 0, (magic & 1) != 0};
  sum.add(wal.first(24));
  if (sum.a != big_endian(wal.subspan(24)) || sum.b != big_endian(wal.subspan(28))) return out;
  const BytesView salts = wal.subspan(16, 8);
  for (std::size_t at = kLogHeader; wal.size() - at >= kFrameHeader + kPageBytes;
       at += kFrameHeader + kPageBytes) {
    const BytesView header = wal.subspan(at, kFrameHeader), page = wal.subspan(at + kFrameHeader, kPageBytes);
    sum.add(header.first(8));
    sum.add(page);
    if (!equal(header.subspan(8, 8), salts) || sum.a != big_endian(header.subspan(16)) ||
        sum.b != big_endian(header.subspan(20)))
      return out;
    open.pages[big_endian(header)] = page;
    if (const std::uint32_t size = big_endian(header.subspan(4)); size != 0) {
      open.database_pages = size;
      out = open;
    }
  }
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

bool looks_sealed(BytesView file) {
  if (file.size() < kPageBytes || file.size() % kPageBytes != 0) return false;
  std::array<std::size_t, 256> counts{};
  for (const std::byte b : file.first(kPageBytes)) ++counts[std::to_integer<std::size_t>(b)];
  double distance = 0;
  for (const std::size_t n : counts) {
    const double d = static_cast<double>(n) - 16;
    distance += d * d / 16;
  }
  return distance < 400;  // chi square of 255 degrees: noise stays below with 1 - 1e-8
}

std::vector<SecretBytes> keys_in(const std::vector<Bytes>& key_files) {
  std::vector<SecretBytes> out;
  for (const Bytes& file : key_files) {
    if (file.size() == 32) out.push_back(SecretBytes::copy_of(file));
    if (file.size() > 64u << 10) continue;
    std::string run;
    for (const std::byte b : file) {
      const char c = lower(static_cast<char>(b));
      if (is_hex(c)) {
        run += c;
        continue;
      }
      if (const auto key = codec::from_hex(run); run.size() == 64 && key && out.size() < kKeysMax)
        out.push_back(SecretBytes::copy_of(*key));
      run.clear();
    }
    if (const auto key = codec::from_hex(run); run.size() == 64 && key && out.size() < kKeysMax)
      out.push_back(SecretBytes::copy_of(*key));
    wipe(MutableBytes(reinterpret_cast<std::byte*>(run.data()), run.size()));
  }
  return out;
}

std::optional<PageKeys> page_keys(BytesView file, const SecretBytes& key) {
  if (file.size() < kPageBytes) return std::nullopt;
  Bytes salt = copy_of(file.first(kSaltBytes));
  for (std::byte& b : salt) b ^= std::byte{0x3A};
  auto mac = ciphers::pbkdf2(ciphers::Pbkdf2Hash::sha512, key.reveal(), salt, 2, 32);
  if (!mac) return std::nullopt;
  PageKeys keys{SecretBytes::copy_of(key.reveal()), std::move(*mac)};
  if (!mac_fits(file.first(kPageBytes), 1, keys)) return std::nullopt;
  return keys;
}

Result<Plain> decrypted(BytesView file, BytesView wal, const PageKeys& keys) {
  const LogFrames log = committed(wal);
  const std::uint64_t pages = log.database_pages != 0 ? log.database_pages : file.size() / kPageBytes;
  if (pages > kDatabaseBytesMax / kPageBytes)
    return fail(ErrorCode::limit_exceeded, "the database is larger than 1.5 GiB");
  Plain out;
  out.database.resize(static_cast<std::size_t>(pages) * kPageBytes);
  for (std::uint64_t number = 1; number <= pages; ++number) {
    const auto newer = log.pages.find(static_cast<std::uint32_t>(number));
    const std::size_t at = static_cast<std::size_t>(number - 1) * kPageBytes;
    const bool in_log = newer != log.pages.end();
    if (!in_log && (at > file.size() || file.size() - at < kPageBytes)) continue;
    const BytesView page = in_log ? newer->second : file.subspan(at, kPageBytes);
    if (in_log) ++out.from_log;
    if (!TRY(open_page(page, number, keys, MutableBytes(out.database).subspan(at, kPageBytes))))
      out.bad_pages.push_back(number);
  }
  // Not in write-ahead mode any more: its log is laid over the pages.
  out.database[18] = out.database[19] = std::byte{1};
  return out;
}

}  // namespace strongroom::capture::signal_desktop
