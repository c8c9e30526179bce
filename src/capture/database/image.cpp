#include "capture/database/image.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace strongroom::capture::database {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeader = 100;
constexpr std::size_t kWalHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::string_view kJournalMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
constexpr std::size_t kJournalHeader = 28;
constexpr std::uint32_t kWalMagic = 0x377f0682;  // | 1: checksums over big-endian words

std::uint32_t page_size_at(BytesView header) {
  const auto size = read_be<std::uint16_t>(header);
  return size == 1 ? 65536 : size;
}

/// The rolling checksum of §4.2, over 8-byte steps.
class WalSum {
 public:
  explicit WalSum(bool big_endian) : big_endian_(big_endian) {}
  void add(BytesView bytes) {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      a_ += word(bytes.subspan(i, 4)) + b_;
      b_ += word(bytes.subspan(i + 4, 4)) + a_;
    }
  }
  bool is(BytesView stored) const {
    return read_be<std::uint32_t>(stored) == a_ && read_be<std::uint32_t>(stored.subspan(4)) == b_;
  }

 private:
  std::uint32_t word(BytesView bytes) const {
    const auto v = read_be<std::uint32_t>(bytes);
    return big_endian_ ? v : __builtin_bswap32(v);
  }
  bool big_endian_;
  std::uint32_t a_ = 0, b_ = 0;
};

}  // namespace

bool is_database(BytesView bytes) {
  return bytes.size() >= kHeader && text_of(bytes.first(kMagic.size())) == kMagic;
}

Result<Image> Image::of(BytesView database, BytesView wal) {
  if (!is_database(database)) return fail(ErrorCode::malformed, "the file has no SQLite header");
  Image image;
  image.database_ = database;
  image.page_size_ = page_size_at(database.subspan(16, 2));
  if (image.page_size_ < 512 || (image.page_size_ & (image.page_size_ - 1)) != 0)
    return fail(ErrorCode::malformed, "the page size of the SQLite file is none");
  const std::uint64_t pages = (database.size() + image.page_size_ - 1) / image.page_size_;
  if (pages > std::numeric_limits<std::uint32_t>::max() - 1)
    return fail(ErrorCode::limit_exceeded, "the SQLite file has too many pages");
  image.pages_ = static_cast<std::uint32_t>(pages);
  if (wal.empty()) return image;
  image.log_ =
      TRY(is_journal(wal) ? before_change_in(wal, image.page_size_) : committed_in(wal, image.page_size_));
  image.wal_ = wal;
  if (image.log_.pages != 0) image.pages_ = image.log_.pages;
  return image;
}

bool is_journal(BytesView bytes) {
  return bytes.size() >= kJournalHeader && text_of(bytes).starts_with(kJournalMagic);
}

Result<LogPages> before_change_in(BytesView journal, std::uint32_t page_size) {
  const auto no = [] {
    return fail(ErrorCode::corrupt, "the rollback journal is none of this database alone");
  };
  if (!is_journal(journal) || text_of(journal).ends_with(kJournalMagic)) return no();
  LogPages out;
  out.pages = read_be<std::uint32_t>(journal.subspan(16));
  const auto sector = read_be<std::uint32_t>(journal.subspan(20));
  if (out.pages == 0 || read_be<std::uint32_t>(journal.subspan(24)) != page_size || sector < kJournalHeader ||
      sector > 65'536 || (sector & (sector - 1)) != 0)
    return no();
  const std::uint64_t record = 4 + std::uint64_t{page_size} + 4;
  for (std::uint64_t at = 0; at < journal.size() && is_journal(journal.subspan(at));
       at = (at + sector - 1) / sector * sector) {
    std::uint64_t count = read_be<std::uint32_t>(journal.subspan(at + 8));
    const auto nonce = read_be<std::uint32_t>(journal.subspan(at + 12));
    if (count == 0xffff'ffff) count = journal.size();
    for (at += sector; count > 0 && at <= journal.size() && journal.size() - at >= record;
         --count, at += record) {
      const auto number = read_be<std::uint32_t>(journal.subspan(at));
      std::uint32_t sum = nonce;
      for (std::uint32_t i = page_size; i > 200;)
        sum += std::to_integer<std::uint32_t>(journal[at + 4 + (i -= 200)]);
      if (number == 0 || read_be<std::uint32_t>(journal.subspan(at + 4 + page_size)) != sum) return out;
      if (number <= out.pages) out.at.try_emplace(number, at + 4);
    }
  }
  return out;
}

Result<LogPages> committed_in(BytesView wal, std::uint32_t page_size) {
  if (wal.size() < kWalHeader) return fail(ErrorCode::corrupt, "the write-ahead log ends in its header");
  const auto magic = read_be<std::uint32_t>(wal);
  if ((magic & ~1u) != kWalMagic || read_be<std::uint32_t>(wal.subspan(8)) != page_size)
    return fail(ErrorCode::corrupt, "the write-ahead log is none of this database");
  WalSum sum((magic & 1) != 0);
  sum.add(wal.first(24));
  if (!sum.is(wal.subspan(24)))
    return fail(ErrorCode::corrupt, "the header of the write-ahead log is damaged");
  LogPages out;
  const BytesView salts = wal.subspan(16, 8);
  const std::size_t frame_size = kFrameHeader + page_size;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> uncommitted;
  for (std::size_t at = kWalHeader; wal.size() - at >= frame_size; at += frame_size) {
    const BytesView frame = wal.subspan(at, kFrameHeader);
    const auto number = read_be<std::uint32_t>(frame);
    sum.add(frame.first(8));
    sum.add(wal.subspan(at + kFrameHeader, page_size));
    if (number == 0 || !equal(frame.subspan(8, 8), salts) || !sum.is(frame.subspan(16))) break;
    uncommitted.emplace_back(number, at + kFrameHeader);
    const auto pages_after = read_be<std::uint32_t>(frame.subspan(4));
    if (pages_after == 0) continue;
    for (const auto& [page, offset] : uncommitted) out.at[page] = offset;
    uncommitted.clear();
    out.pages = pages_after;
  }
  return out;
}

BytesView Image::page(std::uint32_t number) const {
  if (number == 0 || number > pages_) return {};
  if (const auto found = log_.at.find(number); found != log_.at.end())
    return wal_.subspan(found->second, page_size_);
  const std::uint64_t offset = std::uint64_t{number - 1} * page_size_;
  if (offset >= database_.size()) return {};
  return database_.subspan(offset, std::min<std::uint64_t>(page_size_, database_.size() - offset));
}

std::size_t Image::read(std::uint64_t offset, MutableBytes out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::uint64_t at = offset + done;
    if (at / page_size_ >= pages_) break;
    const auto within = static_cast<std::size_t>(at % page_size_);
    const BytesView from = page(static_cast<std::uint32_t>(at / page_size_) + 1);
    if (within >= from.size()) break;
    const std::size_t length = std::min(out.size() - done, from.size() - within);
    std::memcpy(out.data() + done, from.data() + within, length);
    done += length;
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(done), out.end(), std::byte{0});
  for (std::uint64_t i = 18; i < 20; ++i) {
    if (offset <= i && i - offset < done) out[i - offset] = std::byte{1};
  }
  return done;
}

}  // namespace strongroom::capture::database
