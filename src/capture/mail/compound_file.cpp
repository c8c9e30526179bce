#include "capture/mail/compound_file.h"

#include <algorithm>

#include "capture/mail/mapi.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kHeader = 512, kEntry = 128, kSmallSector = 64, kEntriesMax = 200'000;
constexpr std::uint64_t kSignature = 0xE11AB1A1E011CFD0, kSmallStream = 4096;
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;  ///< numbers from here on are marks
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::size_t kTablesInHeader = 109;

std::uint32_t word(BytesView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little(bytes, at, 4));
}

}  // namespace

bool CompoundFile::is_one(BytesView bytes) {
  return bytes.size() >= kHeader && little(bytes, 0, 8) == kSignature;
}

std::optional<CompoundFile> CompoundFile::open(BytesView bytes) {
  if (!is_one(bytes)) return std::nullopt;
  CompoundFile file(bytes);
  if (!file.load()) return std::nullopt;
  return file;
}

BytesView CompoundFile::sector(std::uint32_t number) const {
  const std::uint64_t at = (static_cast<std::uint64_t>(number) + 1) * sector_size_;
  if (number >= kLastSector || at >= bytes_.size()) return {};
  const auto offset = static_cast<std::size_t>(at);
  return bytes_.subspan(offset, std::min(sector_size_, bytes_.size() - offset));
}

/// The sectors of a stream; a chain longer than the file is a circle and ends.
std::vector<std::uint32_t> CompoundFile::chain(std::uint32_t start,
                                               const std::vector<std::uint32_t>& table) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t at = start; at < table.size() && out.size() < table.size(); at = table[at])
    out.push_back(at);
  return out;
}

Bytes CompoundFile::read_sectors(std::uint32_t start) const {
  Bytes out;
  for (const std::uint32_t number : chain(start, table_)) {
    append(out, sector(number));
    if (out.size() > bytes_.size()) break;
  }
  return out;
}

/// Where the sectors of the sector table are: 109 in the header, the others in a chain of their own.
bool CompoundFile::load_table() {
  const std::size_t shift = static_cast<std::size_t>(little(bytes_, 30, 2));
  if (shift != 9 && shift != 12) return false;
  sector_size_ = std::size_t{1} << shift;
  const std::size_t sectors = bytes_.size() / sector_size_ + 1;
  const auto add = [&](BytesView part) {
    for (std::size_t at = 0; at + 4 <= part.size() && table_.size() < sectors; at += 4)
      table_.push_back(word(part, at));
  };
  for (std::size_t i = 0; i < kTablesInHeader; ++i) {
    const std::uint32_t number = word(bytes_, 76 + 4 * i);
    if (number < kLastSector) add(sector(number));
  }
  std::uint32_t next = word(bytes_, 68);
  for (std::size_t n = 0; next < kLastSector && n < sectors && table_.size() < sectors; ++n) {
    const BytesView list = sector(next);
    if (list.size() < sector_size_) break;
    for (std::size_t at = 0; at + 4 < list.size(); at += 4) {
      if (word(list, at) < kLastSector) add(sector(word(list, at)));
    }
    next = word(list, sector_size_ - 4);
  }
  return !table_.empty();
}

bool CompoundFile::load() {
  if (!load_table()) return false;
  left_to_read_ = 2 * bytes_.size();
  const Bytes directory = read_sectors(word(bytes_, 48));
  for (std::size_t at = 0; at + kEntry <= directory.size() && entries_.size() < kEntriesMax; at += kEntry) {
    const BytesView raw = BytesView(directory).subspan(at, kEntry);
    Entry entry;
    const std::size_t length = std::min<std::size_t>(little(raw, 64, 2), 64);
    for (std::size_t i = 0; i + 2 < length; i += 2) {
      const std::uint64_t c = little(raw, i, 2);
      entry.name.push_back(c < 0x80 ? static_cast<char>(c) : '?');
    }
    const std::uint64_t type = little(raw, 66, 1);
    entry.storage = type == 1 || type == 5;
    entry.left = word(raw, 68);
    entry.right = word(raw, 72);
    entry.child = type == 2 ? kNone : word(raw, 76);
    entry.start = word(raw, 116);
    entry.size = little(raw, 120, sector_size_ == 512 ? 4 : 8);
    entries_.push_back(std::move(entry));
  }
  if (entries_.empty() || !entries_[0].storage) return false;
  small_ = read_sectors(entries_[0].start);
  const Bytes small_table = read_sectors(word(bytes_, 60));
  for (std::size_t at = 0; at + 4 <= small_table.size(); at += 4)
    small_table_.push_back(word(small_table, at));
  return true;
}

std::vector<std::size_t> CompoundFile::within(std::size_t index) const {
  std::vector<std::size_t> out, open;
  std::vector<bool> seen(entries_.size());
  const auto visit = [&](std::uint32_t at) {
    if (at >= entries_.size() || seen[at]) return;
    seen[at] = true;
    open.push_back(at);
  };
  visit(entries_[index].child);
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    out.push_back(at);
    visit(entries_[at].left);
    visit(entries_[at].right);
  }
  std::ranges::sort(out);
  return out;
}

Bytes CompoundFile::read(std::size_t index) {
  const Entry& entry = entries_[index];
  const std::uint64_t size = std::min<std::uint64_t>(entry.size, bytes_.size());
  if (entry.storage || size == 0) return {};
  if (size > left_to_read_) {
    exhausted_ = true;
    return {};
  }
  left_to_read_ -= size;
  Bytes out;
  const bool small = entry.size < kSmallStream;
  const std::size_t step = small ? kSmallSector : sector_size_;
  std::uint32_t at = entry.start;
  const std::vector<std::uint32_t>& table = small ? small_table_ : table_;
  while (at < table.size() && out.size() < size) {
    BytesView part =
        small ? BytesView(small_).subspan(std::min<std::size_t>(std::size_t{at} * step, small_.size()))
              : sector(at);
    part = part.first(std::min({part.size(), step, static_cast<std::size_t>(size) - out.size()}));
    if (part.empty()) break;
    append(out, part);
    at = table[at];
  }
  return out;
}

}  // namespace strongroom::capture::mail
