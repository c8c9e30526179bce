/// Compressed streams found anywhere in bytes: zlib (RFC 1950), gzip (RFC 1952), zstd (RFC 8878), deflated ZIP entries.
/// Test code only. What comes out before a stream breaks off counts too: memory keeps halves.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace strongroom::breach {

inline constexpr std::size_t kStreamBytesMax =
    16u << 20;  ///< of one stream's output; what lies behind is not searched

class Streams {
 public:
  Streams();
  ~Streams();
  struct Stream {
    std::string_view packing;  ///< "zlib", "gzip", "zstd", "zip"
    std::size_t offset = 0;
    BytesView content;  ///< borrowed until the visit returns; at least 8 bytes
  };
  /// Tries every position where such a stream could begin.
  void find(BytesView bytes, const std::function<void(const Stream&)>& visit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::breach
