// Whatever is accepted as a case's index is written back to the same bytes.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "grant/case_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const strongroom::BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto index = strongroom::grant::decode_case_index(bytes))
    CHECK(strongroom::equal(strongroom::grant::encode(*index), bytes));
  return 0;
}
