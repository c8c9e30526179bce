/// A small append-only file of frames, each with its length and a checksum: the journal and the cell of a ledger.
///
///   frame = u32 length ‖ first 8 bytes of SHA-256(length ‖ payload) ‖ payload
///
/// What a crash leaves is a prefix of whole frames and at most one torn one at the end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/file_system.h"

namespace strongroom::archive {

inline constexpr std::uint32_t kFrameBytesMax = 256u << 20;

/// One frame as bytes.
Bytes encode_frame(BytesView payload);
Bytes encode_frames(const std::vector<Bytes>& payloads);

struct FramesRead {
  std::vector<Bytes> frames;
  std::uint64_t good_bytes = 0;  ///< length of the prefix that is whole
  std::uint64_t file_bytes = 0;
};
/// Every whole frame from the start. `not_found` if there is no file. A bad frame ends the reading: whether what is
/// missing matters is for the caller to say, who knows what must be there.
Result<FramesRead> read_frames(platform::FileSystem& files, const std::string& path);

/// The file, open for more frames. One thread.
class FramedLog {
 public:
  /// Cuts a torn tail off (`good_bytes` from read_frames) and goes on from there.
  static Result<FramedLog> resume(platform::FileSystem& files, const std::string& path,
                                  std::uint64_t good_bytes);
  /// Replaces the file, durably, by one that holds `payload` only.
  static Result<FramedLog> begin(platform::FileSystem& files, const std::string& path, BytesView payload);

  /// Durable when it returns. After an error nothing is known of the file: the program must stop.
  Result<void> append_durable(BytesView payload);
  std::uint64_t bytes() const { return bytes_; }

 private:
  FramedLog(std::unique_ptr<platform::File> file, std::uint64_t bytes)
      : file_(std::move(file)), bytes_(bytes) {}
  std::unique_ptr<platform::File> file_;
  std::uint64_t bytes_;
};

}  // namespace strongroom::archive
