#include "archive/vault.h"

#include <fmt/format.h>

#include "base/check.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::archive {
namespace {

constexpr std::string_view kMagic = "strongroom vault segment 1\n";
constexpr std::size_t kCheckedBytes = 1 + 1 + 4 + 32;
constexpr std::size_t kHeadBytes = kCheckedBytes + 4;
static_assert(kHeadBytes == kVaultFrameHeadBytes);
constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::uint32_t kObjectBytesMax = 16u << 20;

Bytes head_of(ObjectKind kind, std::uint8_t flags, std::uint32_t length, const Hash256& name) {
  Bytes head;
  head.reserve(kHeadBytes);
  head.push_back(static_cast<std::byte>(kind));
  head.push_back(static_cast<std::byte>(flags));
  append_u32(head, length);
  append(head, name);
  append(head, BytesView(crypto::sha256(head)).first(4));
  return head;
}

/// The head, or `corrupt`.
Result<Stored> parse_head(BytesView head) {
  const Hash256 digest = crypto::sha256(head.first(kCheckedBytes));
  if (!equal(BytesView(digest).first(4), head.subspan(kCheckedBytes, 4))) {
    return fail(ErrorCode::corrupt, "the head of a vault frame does not hold");
  }
  const auto kind = std::to_integer<std::uint8_t>(head[0]);
  const std::uint32_t length = read_be<std::uint32_t>(head.subspan(2));
  if (kind < 1 || kind > 3 || length > kObjectBytesMax) {
    return fail(ErrorCode::corrupt, "the head of a vault frame makes no sense");
  }
  Stored out;
  out.kind = static_cast<ObjectKind>(kind);
  out.flags = std::to_integer<std::uint8_t>(head[1]);
  out.name = array_of<32>(head.subspan(6));
  out.at.length = length;
  return out;
}

}  // namespace

std::string Vault::path_of(std::uint32_t segment) const {
  return fmt::format("{}/{:010}.seg", directory_, segment);
}

Result<std::unique_ptr<Vault>> Vault::open(platform::FileSystem& files, std::string directory,
                                           std::uint64_t segment_bytes_max) {
  TRY(files.make_directories(directory));
  std::unique_ptr<Vault> vault(new Vault(files, std::move(directory), segment_bytes_max));
  std::uint32_t last = 0;
  bool any = false;
  for (const std::string& name : TRY(files.list(vault->directory_))) {
    if (name.size() != 14 || !name.ends_with(".seg")) continue;
    const auto digits = name.substr(0, 10);
    std::uint64_t number = 0;
    for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
    last = static_cast<std::uint32_t>(number);
    any = true;
  }
  if (!any) {
    TRY(vault->begin_segment(0));
    return vault;
  }
  // What another process left was perhaps never synced, or a sync of it failed: nobody knows what of it a power failure
  // would leave. So nothing is ever added behind it.
  TRY(vault->begin_segment(last + 1));
  return vault;
}

Result<void> Vault::begin_segment(std::uint32_t number) {
  file_ = TRY(files_.open_append(path_of(number)));
  if (TRY(file_->size()) != 0)
    return fail(ErrorCode::corrupt, "a new vault segment is not empty", path_of(number));
  TRY(file_->append(bytes_of(kMagic)));
  TRY(file_->sync());
  TRY(files_.sync_directory(directory_));
  segment_ = number;
  offset_ = kMagic.size();
  return {};
}

Result<Location> Vault::append(ObjectKind kind, std::uint8_t flags, const Hash256& name, BytesView bytes) {
  CHECK(bytes.size() <= kObjectBytesMax);
  if (offset_ >= segment_bytes_max_) {
    TRY(sync());
    TRY(begin_segment(segment_ + 1));
  }
  const auto length = static_cast<std::uint32_t>(bytes.size());
  strongroom::append(buffer_, head_of(kind, flags, length, name));
  const Location at{segment_, offset_ + kHeadBytes, length};
  if (bytes.size() >= kBufferBytes) {
    TRY(flush());
    TRY(file_->append(bytes));
  } else {
    strongroom::append(buffer_, bytes);
    if (buffer_.size() >= kBufferBytes) TRY(flush());
  }
  offset_ += kHeadBytes + bytes.size();
  return at;
}

Result<void> Vault::flush() {
  if (buffer_.empty()) return {};
  TRY(file_->append(buffer_));
  buffer_.clear();
  return {};
}

Result<void> Vault::sync() {
  TRY(flush());
  return file_->sync();
}

Result<Bytes> Vault::read(const Location& at, const Hash256& name) const {
  return VaultReader(*this).read(at, name);
}

Result<Bytes> VaultReader::read(const Location& at, const Hash256& name) {
  if (file_ == nullptr || segment_ != at.segment) {
    file_ = TRY(vault_.files_.open_read(vault_.path_of(at.segment)));
    segment_ = at.segment;
  }
  Bytes out(at.length);
  TRY(file_->read_at(at.offset, out));
  if (crypto::sha256(out) != name) {
    return fail(ErrorCode::corrupt, "a stored object is no longer what was stored",
                fmt::format("{} at {}, object {}", vault_.path_of(at.segment), at.offset, codec::hex(name)),
                "restore this segment from a copy; an auditor's check will report the loss");
  }
  return out;
}

Result<std::uint64_t> Vault::walk_segment(std::uint32_t number, std::uint64_t from,
                                          const std::function<Result<void>(const Stored&)>& visit) const {
  const std::unique_ptr<platform::File> file = TRY(files_.open_read(path_of(number)));
  const std::uint64_t size = TRY(file->size());
  // One that was not filled is where a process ended: a power failure may have left heads without their contents.
  const bool contents = size < segment_bytes_max_;
  std::uint64_t at = from;
  if (at < kMagic.size()) {
    Bytes magic(kMagic.size());
    if (size < kMagic.size()) return std::uint64_t{0};
    TRY(file->read_at(0, magic));
    if (text_of(magic) != kMagic) return std::uint64_t{0};
    at = kMagic.size();
  }
  Bytes head(kHeadBytes);
  while (size - at >= kHeadBytes) {
    TRY(file->read_at(at, head));
    Result<Stored> stored = parse_head(head);
    if (!stored || stored->at.length > size - at - kHeadBytes) break;
    stored->at.segment = number;
    stored->at.offset = at + kHeadBytes;
    if (contents) {
      Bytes bytes(stored->at.length);
      TRY(file->read_at(stored->at.offset, bytes));
      if (crypto::sha256(bytes) != stored->name) break;
    }
    TRY(visit(*stored));
    at += kHeadBytes + stored->at.length;
  }
  return at;
}

Result<void> Vault::walk(VaultPosition from, const std::function<Result<void>(const Stored&)>& visit) const {
  for (std::uint32_t number = from.segment; number <= segment_; ++number) {
    const std::uint64_t start = number == from.segment ? from.offset : 0;
    TRY(walk_segment(number, start, visit));
  }
  return {};
}

Result<std::uint64_t> read_segment(
    platform::File& segment, std::uint64_t from,
    const std::function<Result<void>(const Stored& stored, BytesView frame)>& visit) {
  const std::uint64_t size = TRY(segment.size());
  Bytes frame(kMagic.size());
  std::uint64_t at = from;
  if (at < kMagic.size()) {
    if (size < kMagic.size()) return std::uint64_t{0};
    TRY(segment.read_at(0, frame));
    if (text_of(frame) != kMagic) return std::uint64_t{0};
    at = kMagic.size();
  }
  while (at <= size && size - at >= kHeadBytes) {
    frame.resize(kHeadBytes);
    TRY(segment.read_at(at, frame));
    Result<Stored> stored = parse_head(frame);
    if (!stored || stored->at.length > size - at - kHeadBytes) break;
    stored->at.offset = at + kHeadBytes;
    frame.resize(kHeadBytes + stored->at.length);
    TRY(segment.read_at(stored->at.offset, MutableBytes(frame).subspan(kHeadBytes)));
    if (crypto::sha256(BytesView(frame).subspan(kHeadBytes)) != stored->name) break;
    TRY(visit(*stored, frame));
    at += frame.size();
  }
  return at;
}

}  // namespace strongroom::archive
