#include "archive/framed_log.h"

#include "crypto/hash.h"

namespace strongroom::archive {
namespace {

constexpr std::size_t kHeadBytes = 4 + 8;

Bytes check_of(BytesView length, BytesView payload) {
  const Hash256 digest = crypto::sha256({length, payload});
  return copy_of(BytesView(digest).first(8));
}

}  // namespace

Bytes encode_frame(BytesView payload) {
  Bytes out;
  out.reserve(kHeadBytes + payload.size());
  append_u32(out, static_cast<std::uint32_t>(payload.size()));
  append(out, check_of(out, payload));
  append(out, payload);
  return out;
}

Bytes encode_frames(const std::vector<Bytes>& payloads) {
  Bytes out;
  for (const Bytes& payload : payloads) append(out, encode_frame(payload));
  return out;
}

Result<FramesRead> read_frames(platform::FileSystem& files, const std::string& path) {
  const Bytes all = TRY(files.read(path, kFrameBytesMax));
  FramesRead out;
  out.file_bytes = all.size();
  BytesView rest = all;
  while (rest.size() >= kHeadBytes) {
    const std::uint32_t length = read_be<std::uint32_t>(rest);
    if (length > rest.size() - kHeadBytes) break;
    const BytesView payload = rest.subspan(kHeadBytes, length);
    if (!equal(check_of(rest.first(4), payload), rest.subspan(4, 8))) break;
    out.frames.push_back(copy_of(payload));
    rest = rest.subspan(kHeadBytes + length);
  }
  out.good_bytes = all.size() - rest.size();
  return out;
}

Result<FramedLog> FramedLog::resume(platform::FileSystem& files, const std::string& path,
                                    std::uint64_t good_bytes) {
  std::unique_ptr<platform::File> file = TRY(files.open_append(path));
  const std::uint64_t size = TRY(file->size());
  if (size < good_bytes) return fail(ErrorCode::corrupt, "the file has become shorter", path);
  if (size > good_bytes) {
    TRY(file->truncate(good_bytes));
    TRY(file->sync());
  }
  return FramedLog(std::move(file), good_bytes);
}

Result<FramedLog> FramedLog::begin(platform::FileSystem& files, const std::string& path, BytesView payload) {
  const Bytes frame = encode_frame(payload);
  TRY(files.write_durable(path, frame));
  return FramedLog(TRY(files.open_append(path)), frame.size());
}

Result<void> FramedLog::append_durable(BytesView payload) {
  if (payload.size() > kFrameBytesMax) return fail(ErrorCode::limit_exceeded, "a frame is too long");
  const Bytes frame = encode_frame(payload);
  TRY(file_->append(frame));
  TRY(file_->sync());
  bytes_ += frame.size();
  return {};
}

}  // namespace strongroom::archive
