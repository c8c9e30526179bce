#include "capture/signal_desktop/sealed_database.h"

#include <algorithm>
#include <array>

#include "capture/ciphers/ciphers.h"
#include "capture/database/image.h"
#include "codec/text.h"

namespace strongroom::capture::signal_desktop {
namespace {

constexpr std::size_t kSaltBytes = 16, kIvBytes = 16, kMacBytes = 64;
constexpr std::size_t kReserve = kIvBytes + kMacBytes;
constexpr std::string_view kPlainStart{"SQLite format 3\0", 16};
constexpr std::size_t kKeysMax = 16;

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

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Takes text character by character, and keeps each run of exactly 64 hex digits.
class KeyFinder {
 public:
  explicit KeyFinder(std::vector<SecretBytes>& out) : out_(out) {}
  void add(char c) {
    if (!is_hex(c)) return end();
    if (length_ < kDigits) run_.reveal_mutable()[length_] = static_cast<std::byte>(c);
    length_ = std::min(length_ + 1, kDigits + 1);
  }
  void end() {
    if (length_ == kDigits && out_.size() < kKeysMax) {
      if (auto key = codec::from_hex(text_of(run_.reveal()))) {
        out_.push_back(SecretBytes::copy_of(*key));
        wipe(*key);
      }
    }
    length_ = 0;
  }

 private:
  static constexpr std::size_t kDigits = 64;
  std::vector<SecretBytes>& out_;
  Secret<kDigits> run_;
  std::size_t length_ = 0;
};

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

std::vector<SecretBytes> keys_in(const std::vector<GivenKey>& key_files) {
  std::vector<SecretBytes> out;
  for (const GivenKey& given : key_files) {
    const BytesView file = given.reveal();
    if (file.size() == 32) out.push_back(SecretBytes::copy_of(file));
    if (file.size() > 64u << 10) continue;
    KeyFinder finder(out);
    for (const std::byte b : file) finder.add(lower(static_cast<char>(b)));
    finder.end();
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
  Plain out;
  database::LogPages log;
  if (!wal.empty()) {
    auto read = database::committed_in(wal, kPageBytes);
    out.log_unread = !read;
    if (read) log = std::move(*read);
  }
  const std::uint64_t pages = log.pages != 0 ? log.pages : file.size() / kPageBytes;
  if (pages > kDatabaseBytesMax / kPageBytes)
    return fail(ErrorCode::limit_exceeded, "the database is larger than 1.5 GiB");
  out.database.resize(static_cast<std::size_t>(pages) * kPageBytes);
  for (std::uint64_t number = 1; number <= pages; ++number) {
    const auto newer = log.at.find(static_cast<std::uint32_t>(number));
    const std::size_t at = static_cast<std::size_t>(number - 1) * kPageBytes;
    const bool in_log = newer != log.at.end();
    if (!in_log && (at > file.size() || file.size() - at < kPageBytes)) continue;
    const BytesView page = in_log ? wal.subspan(newer->second, kPageBytes) : file.subspan(at, kPageBytes);
    if (in_log) ++out.from_log;
    if (!TRY(open_page(page, number, keys, MutableBytes(out.database).subspan(at, kPageBytes))))
      out.bad_pages.push_back(number);
  }
  // Not in write-ahead mode any more: its log is laid over the pages.
  out.database[18] = out.database[19] = std::byte{1};
  return out;
}

}  // namespace strongroom::capture::signal_desktop
