#include "capture/unpack/zip_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace strongroom::capture {
namespace {

constexpr std::uint64_t kRatioFree = 1u << 20;  // below this no ratio is looked at
constexpr std::uint64_t kLocalHeaderBytes = 30;
constexpr std::size_t kBlockBytes = 64 * 1024;
constexpr std::size_t kNameBytesMax =
    4096;  // longer, no system could unpack it, and no message could name it

template <class T>
T read_le(BytesView bytes, std::size_t at) {
  T v = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    v |= static_cast<T>(std::to_integer<T>(bytes[at + i]) << (8 * i));
  return v;
}

struct Entry {
  std::string name;
  std::uint64_t packed = 0, unpacked = 0, offset = 0;
  bool encrypted = false;
  BytesView raw = {};
};

struct Directory {
  std::uint64_t offset = 0, bytes = 0, entries = 0;
};

/// The end record (APPNOTE 4.3.16), or its 64-bit form where a field is all ones (4.3.14).
std::optional<Directory> find_directory(BytesView zip) {
  if (zip.size() < 22) return std::nullopt;
  const std::size_t lowest = zip.size() > 22 + 65535 ? zip.size() - 22 - 65535 : 0;
  for (std::size_t at = zip.size() - 22 + 1; at-- > lowest;) {
    if (read_le<std::uint32_t>(zip, at) != 0x06054B50) continue;
    Directory d{read_le<std::uint32_t>(zip, at + 16), read_le<std::uint32_t>(zip, at + 12),
                read_le<std::uint16_t>(zip, at + 10)};
    if ((d.offset == 0xFFFFFFFF || d.entries == 0xFFFF) && at >= 20 &&
        read_le<std::uint32_t>(zip, at - 20) == 0x07064B50) {
      const auto where = read_le<std::uint64_t>(zip, at - 12);
      if (where > zip.size() || zip.size() - where < 56) return std::nullopt;
      const auto wide = static_cast<std::size_t>(where);
      if (read_le<std::uint32_t>(zip, wide) != 0x06064B50) return std::nullopt;
      d = {read_le<std::uint64_t>(zip, wide + 48), read_le<std::uint64_t>(zip, wide + 40),
           read_le<std::uint64_t>(zip, wide + 32)};
    }
    if (d.offset > zip.size() || d.bytes > zip.size() - d.offset) return std::nullopt;
    return d;
  }
  return std::nullopt;
}

/// 64-bit sizes of the extra field (APPNOTE 4.5.3): only those that do not fit are there, in this order.
void widen(BytesView extra, Entry& entry) {
  for (std::size_t at = 0; extra.size() - at >= 4;) {
    const auto id = read_le<std::uint16_t>(extra, at);
    const std::size_t size = read_le<std::uint16_t>(extra, at + 2);
    at += 4;
    if (size > extra.size() - at) return;
    if (id == 1) {
      const std::size_t end = at + size;
      for (std::uint64_t* field : {&entry.unpacked, &entry.packed, &entry.offset}) {
        if (*field != 0xFFFFFFFF || end - at < 8) continue;
        *field = read_le<std::uint64_t>(extra, at);
        at += 8;
      }
      return;
    }
    at += size;
  }
}

Result<std::vector<Entry>> read_directory(BytesView zip, const Limits& limits) {
  const auto directory = find_directory(zip);
  if (!directory) return fail(ErrorCode::malformed, "the archive has no readable directory", "zip");
  if (directory->entries > limits.files_max) {
    return fail(ErrorCode::limit_exceeded, "the archive has more members than allowed", "zip");
  }
  std::vector<Entry> entries;
  const BytesView listing =
      zip.subspan(static_cast<std::size_t>(directory->offset), static_cast<std::size_t>(directory->bytes));
  std::size_t at = 0;
  // The number is not relied on: writers without the 64-bit form let it begin again at 65,536.
  while (listing.size() - at >= 46 && read_le<std::uint32_t>(listing, at) == 0x02014B50) {
    if (entries.size() >= limits.files_max)
      return fail(ErrorCode::limit_exceeded, "the archive has more members than allowed", "zip");
    const std::size_t name_bytes = read_le<std::uint16_t>(listing, at + 28);
    const std::size_t extra_bytes = read_le<std::uint16_t>(listing, at + 30);
    const std::size_t comment_bytes = read_le<std::uint16_t>(listing, at + 32);
    if (name_bytes > kNameBytesMax)
      return fail(ErrorCode::limit_exceeded, "a member of the archive has a name of more than 4096 bytes",
                  "zip");
    if (listing.size() - at - 46 < name_bytes + extra_bytes + comment_bytes) {
      return fail(ErrorCode::malformed, "the archive's directory is cut short", "zip");
    }
    Entry entry{std::string(text_of(listing.subspan(at + 46, name_bytes))),
                read_le<std::uint32_t>(listing, at + 20), read_le<std::uint32_t>(listing, at + 24),
                read_le<std::uint32_t>(listing, at + 42), (read_le<std::uint16_t>(listing, at + 8) & 1) != 0};
    widen(listing.subspan(at + 46 + name_bytes, extra_bytes), entry);
    entries.push_back(std::move(entry));
    at += 46 + name_bytes + extra_bytes + comment_bytes;
  }
  if (entries.size() < directory->entries)
    return fail(ErrorCode::malformed, "the archive's directory is cut short", "zip");
  std::ranges::sort(entries, {}, &Entry::offset);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t end = i + 1 < entries.size() ? entries[i + 1].offset : directory->offset;
    const std::uint64_t start = entries[i].offset;
    if (end > directory->offset || start > end || end - start < kLocalHeaderBytes ||
        end - start - kLocalHeaderBytes < entries[i].packed) {
      return fail(ErrorCode::refused, "members of the archive overlap", "zip");
    }
    entries[i].raw = zip.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
  }
  return entries;
}

constexpr auto kCorrupt = "a member of the archive cannot be unpacked";

Result<std::optional<Bytes>> unpack(archive* reader, std::uint64_t packed, std::uint64_t allowance,
                                    std::uint64_t ratio_max, const ZipArchive::Wanted& wanted) {
  Bytes out;
  std::array<std::byte, kBlockBytes> block;
  for (bool first = true;; first = false) {
    const la_ssize_t got = archive_read_data(reader, block.data(), block.size());
    if (got < 0) return fail(ErrorCode::corrupt, kCorrupt, "zip");
    const auto n = static_cast<std::size_t>(got);
    if (first && !wanted(BytesView(block).first(n))) return std::nullopt;
    if (n == 0) return out;
    if (n > allowance - std::min<std::uint64_t>(allowance, out.size()))
      return fail(ErrorCode::limit_exceeded, "the archive unpacks to more than allowed", "zip",
                  "unpack it into a directory and name that");
    append(out, BytesView(block).first(n));
    if (out.size() > kRatioFree && out.size() / ratio_max > packed)
      return fail(ErrorCode::limit_exceeded, "a member unpacks to far more than its size", "zip");
  }
}

}  // namespace

bool ZipArchive::is_zip(BytesView bytes) {
  return bytes.size() >= 22 && read_le<std::uint32_t>(bytes, 0) == 0x04034B50;
}

void ZipArchive::Free::operator()(archive* reader) const { archive_read_free(reader); }

Result<ZipArchive> ZipArchive::open(BytesView bytes, const Limits& limits) {
  auto entries = TRY(read_directory(bytes, limits));
  ZipArchive zip;
  zip.bytes_ = bytes;
  zip.ratio_max_ = std::max<std::uint64_t>(1, limits.unpack_ratio_max);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    if (entry.name.ends_with('/')) continue;
    zip.entry_of_.push_back(i);
    zip.members_.push_back({std::move(entry.name), entry.packed, entry.unpacked, entry.encrypted, entry.raw});
  }
  return zip;
}

Result<void> ZipArchive::go_to(std::size_t member) {
  const std::size_t wanted = entry_of_[member];
  if (!reader_ || next_entry_ > wanted) {
    reader_.reset(archive_read_new());
    next_entry_ = 0;
    if (!reader_ || archive_read_support_format_zip_seekable(reader_.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader_.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK)
      return fail(ErrorCode::corrupt, kCorrupt, "zip");
  }
  while (next_entry_ <= wanted) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader_.get(), &entry);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return fail(ErrorCode::corrupt, kCorrupt, "zip");
    ++next_entry_;
  }
  return {};
}

Result<std::optional<Bytes>> ZipArchive::take(std::size_t member, std::uint64_t allowance,
                                              const Wanted& wanted) {
  if (members_[member].encrypted)
    return fail(ErrorCode::unsupported, "a member of the archive is encrypted", "zip",
                "unpack it into a directory and name that");
  if (const auto there = go_to(member); !there) {
    reader_.reset();
    return std::unexpected(there.error());
  }
  return unpack(reader_.get(), members_[member].packed_bytes, allowance, ratio_max_, wanted);
}

}  // namespace strongroom::capture
