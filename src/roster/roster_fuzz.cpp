// Whatever is accepted as a roster is written back to the same bytes (checked inside), and check() survives it.
// Limits: -max_len=32768 -timeout=5 -rss_limit_mb=512
#include "roster/roster.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const strongroom::BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto roster = strongroom::roster::decode_roster(bytes)) (void)strongroom::roster::check(*roster);
  (void)strongroom::roster::open_genesis(bytes, {});
  return 0;
}
