// Whatever decode accepts, encode writes again byte for byte.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "record/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const strongroom::BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto record = strongroom::record::decode(bytes))
    CHECK(strongroom::equal(strongroom::record::encode(*record), bytes));
  return 0;
}
