/// Frames of a stream that arrives in pieces.
#pragma once

#include "capture/signal/reader.h"

namespace strongroom::capture::signal {

/// Holds a frame that is not whole yet, and no more.
class FrameFeed {
 public:
  explicit FrameFeed(Reader& reader) : reader_(reader) {}
  /// `limit_exceeded` for a frame that does not end within `kHeldBytesMax`; otherwise fails only if the sink does.
  Result<void> add(BytesView piece);
  /// The stream has ended: what is left is no frame.
  Result<void> finish();

  static constexpr std::size_t kHeldBytesMax = 64u << 20;
  static constexpr std::string_view kTooLong = "a frame of the backup is longer than 64 MiB";

 private:
  Reader& reader_;
  Bytes held_;
  std::uint64_t offset_ = 0;  ///< of the first byte held
};

}  // namespace strongroom::capture::signal
