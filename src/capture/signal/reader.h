/// Reads the frames of one stream, in order, into records: the plain stream's, a takeout's or a decrypted one's.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "capture/signal/content.h"
#include "capture/signal/frame_stream.h"
#include "capture/tally.h"

namespace strongroom::capture::signal {

inline constexpr std::uint64_t kParserVersion = 2;

/// How a frame is written: the stream's binary form or a line of JSON.
enum class Form { binary, json };

/// A larger frame is refused.
std::uint64_t frame_bytes_max(const Limits& limits);
/// A first frame that is a BackupInfo and nothing else, and makes sense.
bool is_header(Form form, BytesView bytes);

/// Borrows everything it is given.
class Reader {
 public:
  Reader(Form form, const std::string& file, Media& media, const Limits& limits, Tally& tally)
      : form_(form), file_(file), media_(media), tally_(tally), frame_bytes_max_(frame_bytes_max(limits)) {}

  /// The next frame of the stream. Fails only if the tally's sink does.
  Result<void> take(const FramePlace& place);
  /// Bytes that are no frame.
  Result<void> refuse(const FramePlace& place, std::string code, std::string detail);

 private:
  /// The records of one frame: the first carries its bytes, the others say where they lie.
  struct Emission {
    FramePlace place;
    std::vector<record::Doubt> doubts;
    std::uint64_t count = 0;
    std::optional<Hash256> digest;
  };
  Result<void> take_header(const FramePlace& place);
  Result<void> take_frame(const frames::Frame& frame, const FramePlace& place,
                          std::vector<record::Doubt> doubts);
  Result<void> emit(record::Record&& record, Emission& emission);
  Surroundings around() const { return {directory_, media_, time_frame_}; }

  Form form_;
  const std::string& file_;
  Media& media_;
  Tally& tally_;
  std::uint64_t frame_bytes_max_;
  alignas(std::max_align_t)
      std::array<char, 4096> nearby_;  ///< a usual frame's messages; the rest is on the heap
  bool header_seen_ = false;
  Directory directory_;
  TimeFrame time_frame_;
};

}  // namespace strongroom::capture::signal
