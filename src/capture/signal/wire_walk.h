/// The protobuf wire format, walked by hand (protobuf.dev, "Encoding"): no schema, no allocation.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace strongroom::capture::signal {

/// One field of a message. `payload` is set for length-delimited fields only.
struct WireField {
  std::uint32_t number = 0;
  bool delimited = false;
  BytesView payload;
};

class WireWalk {
 public:
  explicit WireWalk(BytesView message) : bytes_(message) {}
  /// The next field; nullopt at the end or at the first fault (see `broken`). `depth` bounds nested groups.
  std::optional<WireField> next(int depth);
  bool broken() const { return broken_; }
  /// A base-128 number of at most `bytes_max` bytes.
  std::optional<std::uint64_t> varint(std::size_t bytes_max);
  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t offset() const { return at_; }

 private:
  std::optional<BytesView> run(std::uint64_t length);
  bool skip(std::uint32_t tag, int depth, WireField& field);
  bool skip_group(std::uint32_t number, int depth);

  BytesView bytes_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace strongroom::capture::signal
