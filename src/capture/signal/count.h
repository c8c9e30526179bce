/// The independent second pass: how many records a backup holds, without the schema's generated code and without
/// anything of the parser. The rules are those of FORMAT.md, "What is counted".
#pragma once

#include "base/bytes.h"

namespace strongroom::capture::signal {

/// Counts a stream that comes in pieces, by walking the protobuf wire format by hand. A frame above `frame_bytes_max`
/// counts as one.
class BackupCount {
 public:
  explicit BackupCount(std::uint64_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}
  void add(BytesView piece);
  /// Bytes that belong to no whole frame so far.
  std::size_t held() const { return held_.size(); }
  /// At the end: a cut-off frame is one.
  std::uint64_t total() const { return count_ + (held_.empty() ? 0 : 1); }
  /// Counts the whole frames at the front of `bytes` and gives how long they are; nothing is held.
  std::size_t take(BytesView bytes);
  /// Without what is not whole.
  std::uint64_t whole() const { return count_; }

 private:
  std::uint64_t frame_bytes_max_, count_ = 0;
  Bytes held_;
};

/// All at once.
std::uint64_t count_backup(BytesView stream, std::uint64_t frame_bytes_max);
/// By walking JSON values, line by line.
std::uint64_t count_takeout(BytesView lines, std::uint64_t line_bytes_max);

}  // namespace strongroom::capture::signal
