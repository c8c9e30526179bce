// Compression and padding of one record (protocol §3.6).
#include <zstd.h>

#include "base/check.h"
#include "seal/seal.h"

namespace strongroom::seal {
namespace {

constexpr int kCompressionLevel = 3;

/// Kept per thread: making a context costs more than compressing a chat message.
ZSTD_CCtx* compressor() {
  struct Free {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  };
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  CHECK(context != nullptr);
  return context.get();
}

}  // namespace

Bytes compress_and_pad(BytesView cbor) {
  CHECK(cbor.size() <= record::kRecordBytesMax);
  Bytes out(4 + ZSTD_compressBound(cbor.size()));
  // One frame that states its content size; no dictionary and no state from other records.
  const std::size_t frame = ZSTD_compressCCtx(compressor(), out.data() + 4, out.size() - 4, cbor.data(),
                                              cbor.size(), kCompressionLevel);
  CHECK(ZSTD_isError(frame) == 0);
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::byte>(frame >> (24 - 8 * i));
  out.resize(4 + frame);
  out.resize(envelope::padded_size(out.size()));
  return out;
}

std::size_t sealed_bytes_bound(std::size_t cbor_bytes) {
  constexpr std::size_t kItemHeads = 1 + 17 + 34 + 5;
  return envelope::padded_size(4 + ZSTD_compressBound(cbor_bytes)) + 16 + kItemHeads;
}

}  // namespace strongroom::seal
