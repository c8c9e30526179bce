/// The plain stream is `varint length | frame` until the end; this walks it without copying.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace strongroom::capture::signal {

/// One frame, without its length.
struct FramePlace {
  BytesView bytes;
  std::uint64_t offset = 0;  ///< of the first byte after the length
};

class FrameStream {
 public:
  explicit FrameStream(BytesView stream) : stream_(stream) {}
  /// The next frame; nullopt at the end, or where no whole frame follows.
  std::optional<FramePlace> next();
  /// What no frame covers: empty unless the stream is cut off or a length is no varint.
  FramePlace tail() const { return {stream_.subspan(at_), at_}; }

 private:
  BytesView stream_;
  std::size_t at_ = 0;
};

}  // namespace strongroom::capture::signal
