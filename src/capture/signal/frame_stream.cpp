#include "capture/signal/frame_stream.h"

namespace strongroom::capture::signal {

std::optional<FramePlace> FrameStream::next() {
  std::uint64_t length = 0;
  std::size_t at = at_;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at >= stream_.size()) return std::nullopt;
    const auto byte = std::to_integer<std::uint64_t>(stream_[at++]);
    length |= (byte & 0x7F) << shift;
    if ((byte & 0x80) != 0) continue;
    if (length > stream_.size() - at) return std::nullopt;
    at_ = at + static_cast<std::size_t>(length);
    return FramePlace{stream_.subspan(at, static_cast<std::size_t>(length)), at};
  }
  return std::nullopt;
}

}  // namespace strongroom::capture::signal
