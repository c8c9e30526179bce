// A padded and compressed record, as a device that lies may seal it: at most 16 MiB come out, of one frame.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "unseal/unseal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView padded = std::as_bytes(std::span(data, size));
  if (const auto cbor = unseal::unpad_and_decompress(padded)) {
    CHECK(cbor->size() <= record::kRecordBytesMax);
    CHECK(size == envelope::padded_size(4 + read_be<std::uint32_t>(padded)));
  }
  return 0;
}
