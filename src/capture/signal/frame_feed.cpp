#include "capture/signal/frame_feed.h"

namespace strongroom::capture::signal {

Result<void> FrameFeed::add(BytesView piece) {
  append(held_, piece);
  FrameStream stream(held_);
  while (auto place = stream.next()) {
    place->offset += offset_;
    TRY(reader_.take(*place));
  }
  const auto taken = static_cast<std::ptrdiff_t>(stream.tail().offset);
  held_.erase(held_.begin(), held_.begin() + taken);
  offset_ += static_cast<std::uint64_t>(taken);
  if (held_.size() > kHeldBytesMax) return fail(ErrorCode::limit_exceeded, std::string(kTooLong));
  return {};
}

Result<void> FrameFeed::finish() {
  if (held_.empty()) return {};
  return reader_.refuse({held_, offset_}, "cut-off", "the stream ends inside a frame; its end is missing");
}

}  // namespace strongroom::capture::signal
